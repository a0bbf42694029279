// The published contract, written the obvious way in Express.
// @ts-nocheck: its packages are where it is copied to.
import { randomUUID } from 'node:crypto'
import process from 'node:process'
import express from 'express'
import multer from 'multer'

const files = new Map()
const app = express()

const missing = (response, id) =>
  response.status(404).json({
    error: {
      message: `No such File object: ${id}`,
      type: 'invalid_request_error',
      param: 'id',
      code: null,
    },
  })

app.post('/v1/files', multer().single('file'), ({ file, body }, response) => {
  const id = `file-${randomUUID().replaceAll('-', '')}`
  if (file === undefined) return response.sendStatus(400)
  const { size: bytes, originalname: filename, buffer } = file
  const created_at = Math.floor(Date.now() / 1_000)
  const about = { id, object: 'file', bytes, created_at, filename, purpose: body.purpose }
  files.set(id, { about, buffer })
  response.json(about)
})
app.get('/v1/files', (_, response) => {
  const data = [...files.values()].map(({ about }) => about)
  response.json({ object: 'list', data, has_more: false })
})
app.get('/v1/files/:id', ({ params: { id } }, response) => {
  const file = files.get(id)
  return file ? response.json(file.about) : missing(response, id)
})
app.get('/v1/files/:id/content', ({ params: { id } }, response) => {
  const file = files.get(id)
  return file ? response.type('bin').send(file.buffer) : missing(response, id)
})
app.delete('/v1/files/:id', ({ params: { id } }, response) =>
  files.delete(id) ? response.json({ id, object: 'file', deleted: true }) : missing(response, id),
)
app.listen(Number(process.argv[2]), '127.0.0.1')
