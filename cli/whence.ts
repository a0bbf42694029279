import type { Command } from 'commander'

/**
 * Adds to a refusal that begins with a flag where its value comes from, if not from the command line.
 */
export async function sayingWhence<T>(command: Command, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    const flag = error instanceof Error && /^--[a-z-]+/.exec(error.message)?.[0]
    const option = command.options.find(({ long }) => long === flag)
    const source = option && command.getOptionValueSource(option.attributeName())
    if (error instanceof Error && source !== undefined && !/^(cli|default)$/.test(source)) {
      error.message += ` (from ${source})`
    }
    throw error
  }
}
