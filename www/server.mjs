// Serves the demo shop on this machine only. Nothing to install:  node www/server.mjs --port 8080
// It holds no rules of the shop: files in, files out, under /models/newer.skonto the current
// model one version up, and under /updates/ every kind of bad model update.
import { createServer } from 'node:http'
import { realpathSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { sendBytes, sendFile } from './server/files.mjs'
import { sendBadUpdate } from './server/bad-updates.mjs'
import { newerModel } from './server/newer-model.mjs'

const security = {
  'content-security-policy': [
    "default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "style-src 'self'", "img-src 'self'",
    "font-src 'self'", "connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
    "require-trusted-types-for 'script'", "trusted-types 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
}
// The report is one self-contained page of the trainer's, with its styles inside and no script.
const reportSecurity = {
  ...security,
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
}

/** Starts a server; resolves to {address, close}. Port 0, or a taken one, becomes a free one. */
export async function serve({ root = fileURLToPath(new URL('..', import.meta.url)), out, older, port = 0 } = {}) {
  const folders = { shop: resolve(root, 'www/dist'), skonto: resolve(root, 'pkg/dist'), out: resolve(out ?? resolve(root, 'out')) }
  const server = createServer((request, response) => {
    answer(request, response, folders, older).catch(() => response.destroy())
  })
  const taken = await listen(server, port)
  const address = `http://127.0.0.1:${taken}/`
  return { address, close: () => { server.closeAllConnections(); return new Promise(done => server.close(done)) } }
}

async function answer(request, response, folders, older) {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405)
  const path = readPath(request.url)
  if (path === null) return refuse(response, 400)
  const bad = /^\/updates\/([a-z0-9-]+)\/model\.skonto$/.exec(path)
  if (bad) return sendBadUpdate(bad[1], request, response, { model: resolve(folders.out, 'model.skonto'), older })
  if (path === '/models/newer.skonto') return sendNewer(request, response, folders)
  const [folder, file, headers] = place(path, folders)
  if (!(await sendFile(request, response, folder, file, headers))) refuse(response, 404)
}

async function sendNewer(request, response, { out }) {
  const bytes = newerModel(await readFile(resolve(out, 'model.skonto')).catch(() => Buffer.alloc(0)))
  if (bytes === null) return refuse(response, 404)
  sendBytes(request, response, bytes, { ...security, 'content-type': 'application/octet-stream' })
}

function place(path, { shop, skonto, out }) {
  if (path === '/report.html') return [out, 'report.html', reportSecurity]
  if (path === '/shop.json') return [out, 'shop.json', security]
  if (path === '/models/current.skonto') return [out, 'model.skonto', security]
  if (path.startsWith('/skonto/')) return [skonto, path.slice('/skonto/'.length), security]
  return [shop, path === '/' ? 'index.html' : path.slice(1), security]
}

function readPath(url) {
  try {
    return decodeURIComponent(url.split('?')[0])
  } catch {
    return null
  }
}

function refuse(response, status) {
  response.writeHead(status, { ...security, 'content-type': 'text/plain; charset=utf-8' }).end(`${status}\n`)
}

async function listen(server, port) {
  for (const wished of [port, 0]) {
    const error = await new Promise(done => {
      server.once('error', done)
      server.listen(wished, '127.0.0.1', () => { server.off('error', done); done(null) })
    })
    if (!error) return server.address().port
    if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error
  }
  throw new Error('no free port')
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: '8080' }, root: { type: 'string' }, out: { type: 'string' }, older: { type: 'string' } },
  })
  const { address } = await serve({ ...values, port: Number(values.port) })
  console.log(address)
}
