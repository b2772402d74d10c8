// Bundles the shop into dist/, as any esbuild user of skonto would: the wasm file is an asset beside the script.
import { build } from 'esbuild'
import { copyFile, mkdir, rm } from 'node:fs/promises'

const here = new URL('./', import.meta.url)
const dist = new URL('dist/', here)

await rm(dist, { recursive: true, force: true })
await mkdir(dist)
await build({
  absWorkingDir: decodeURIComponent(here.pathname),
  entryPoints: { shop: 'src/shop.ts', style: 'style.css' },
  outdir: 'dist',
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  loader: { '.wasm': 'file', '.woff2': 'file' },
  assetNames: '[name]', // the page preloads the font by name; the server's ETags do what hashes would
  logLevel: 'warning',
})
for (const file of ['index.html', 'favicon.svg']) await copyFile(new URL(file, here), new URL(file, dist))
console.log('www/dist is built')
