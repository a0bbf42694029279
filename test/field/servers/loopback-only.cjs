// Loaded before a server that binds all interfaces: it listens on the loopback interface instead.
const { Server } = require('node:net')

const { listen } = Server.prototype
Object.assign(Server.prototype, {
  /** @this {import('node:net').Server} @param {unknown} first @param {unknown[]} rest */
  listen(first, ...rest) {
    const host = '127.0.0.1'
    const words =
      typeof first === 'object'
        ? [{ ...first, host }, ...rest]
        : [first, host, ...rest.filter((one) => typeof one === 'function')]
    return Reflect.apply(listen, this, words)
  },
})
