// The server: what it sends, what it refuses, and that it is reachable from this machine only.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { serve } from '../server.mjs'

let root, server
const ask = (path, options) => fetch(new URL(path, server.address), options)
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'skonto-market-'))
  for (const folder of ['www/dist', 'pkg/dist', 'out']) await mkdir(join(root, folder), { recursive: true })
  await writeFile(join(root, 'www/dist/index.html'), '<!doctype html><title>shop</title>')
  await writeFile(join(root, 'pkg/dist/skonto.wasm'), Buffer.from([0, 97, 115, 109, 1, 0, 0, 0]))
  await writeFile(join(root, 'out/model.skonto'), Buffer.alloc(1000, 7))
  await writeFile(join(root, 'secret.txt'), 'secret')
  await symlink(join(root, 'secret.txt'), join(root, 'www/dist/link.txt'))
  await writeFile(join(root, 'older.skonto'), 'older')
  server = await serve({ root, older: join(root, 'older.skonto') })
})
after(async () => {
  await server.close()
  await rm(root, { recursive: true })
})

test('sends_wasm_with_its_type_and_answers_304_to_its_tag', async () => {
  const first = await ask('/skonto/skonto.wasm')
  assert.equal(first.headers.get('content-type'), 'application/wasm')
  const second = await ask('/skonto/skonto.wasm', { headers: { 'if-none-match': first.headers.get('etag') } })
  assert.equal(second.status, 304)
})

test('refuses_paths_and_links_that_leave_the_folder', async () => {
  for (const path of ['/..%2f..%2fsecret.txt', '/%2e%2e/%2e%2e/secret.txt', '/skonto/..%2f..%2fsecret.txt', '/link.txt', '/%00', '/%']) {
    const answer = await ask(path)
    assert.ok([400, 404].includes(answer.status), `${path} was answered ${answer.status}`)
    assert.doesNotMatch(await answer.text(), /secret/)
  }
})

test('refuses_other_methods', async () => {
  assert.equal((await ask('/', { method: 'POST' })).status, 405)
})

test('takes_a_free_port_when_the_wished_one_is_taken', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise(done => other.once('listening', done))
  const { port } = other.address()
  const second = await serve({ root, port })
  assert.notEqual(Number(new URL(second.address).port), port)
  await second.close()
  await new Promise(done => other.close(done))
})

test('listens_on_loopback_only', async t => {
  const outside = Object.values(networkInterfaces()).flat().find(({ family, internal }) => family === 'IPv4' && !internal)
  if (!outside) return t.skip('this machine has no other address')
  const socket = connect(Number(new URL(server.address).port), outside.address)
  const outcome = await new Promise(done => { socket.once('connect', () => done('connected')); socket.once('error', () => done('refused')) })
  socket.destroy()
  assert.equal(outcome, 'refused')
})

const sizes = { truncated: 500, bitflip: 1000, trailing: 1001, empty: 0, 'lying-etag': 500 }
for (const [fault, size] of Object.entries(sizes)) {
  test(`damages_the_model_by_${fault}`, async () => {
    const bytes = Buffer.from(await (await ask(`/updates/${fault}/model.skonto`)).arrayBuffer())
    assert.equal(bytes.length, size)
    assert.ok(!bytes.equals(Buffer.alloc(1000, 7)))
  })
}

test('sends_the_older_model_it_was_given', async () => {
  assert.equal(await (await ask('/updates/older-version/model.skonto')).text(), 'older')
})

test('answers_an_unknown_fault_with_404', async () => {
  assert.equal((await ask('/updates/nothing/model.skonto')).status, 404)
  assert.equal((await ask('/updates/constructor/model.skonto')).status, 404)
})
