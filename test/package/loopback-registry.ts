import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { listen, type RunningServer } from '../../fixtures/server/listen.ts'
import { json, problem, type Reply } from '../../fixtures/server/message.ts'
import { spawnProcess } from '../process/spawned.ts'

/** A package as a tarball. */
export interface Packed {
  readonly name: string
  readonly version: string
  /** Its `package.json`. */
  readonly manifest: object
  readonly file: string
}

/** Where packing is done. */
export interface Workshop {
  /** The project, with its dependencies installed. */
  readonly project: string
  /** Where copies and tarballs go. */
  readonly folder: string
  /** Environment of npm. */
  readonly env: Readonly<Record<string, string>>
}

/**
 * Starts a package registry on the loopback interface that has what the project's lock file lists for
 * production, and nothing else.
 *
 * npm's cache would do as well only where it is the one that `npm ci` has filled; the installed
 * packages themselves are always there. npm resolves and unpacks as it does from the real registry,
 * so a dependency that `package.json` does not list is missed.
 */
export async function startLoopbackRegistry(workshop: Workshop): Promise<RunningServer> {
  const all = await pack(productionPlaces(workshop.project), workshop)
  return listen(async ({ target, headers }) => {
    const path = decodeURIComponent(target)
    const tarball = all.find(({ file }) => pathOf(file) === path)
    if (tarball !== undefined) return octets(readFileSync(tarball.file))
    const versions = all.filter(({ name }) => `/${name}` === path)
    if (versions.length === 0) return problem(404, `No such package: ${path}`)
    return json(200, packument(versions, `http://${headers.host}`))
  })
}

/**
 * Packs packages as they would be published, from copies without `prepare`: npm 10 runs it in spite of
 * `--ignore-scripts`. No other script runs: packing must not build anything while others test.
 *
 * @param places - their folders, relative to the project
 */
export async function pack(
  places: readonly string[],
  { project, folder, env }: Workshop,
): Promise<readonly Packed[]> {
  const copies = mkdtempSync(join(folder, 'copies-'))
  const packed = places.map((place, index) => copied(join(project, place), copies, index, folder))
  const copyFolders = packed.map((_, index) => `./${index}`)
  const words = ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder]
  const npm = spawnProcess('npm', [...words, ...copyFolders], { cwd: copies, env })
  const { code, stderr } = await npm.ended
  if (code !== 0) throw new Error(`npm pack ended with ${code}: ${stderr}`)
  return packed
}

function copied(from: string, copies: string, index: number, folder: string): Packed {
  const to = join(copies, String(index))
  cpSync(from, to, {
    recursive: true,
    filter: (path) => !['node_modules', '.git'].includes(relative(from, path)),
  })
  const manifest = readJson(join(to, 'package.json')) as {
    readonly name: string
    readonly version: string
    readonly scripts?: Record<string, string>
  }
  if (manifest.scripts?.prepare !== undefined) {
    delete manifest.scripts.prepare
    writeFileSync(join(to, 'package.json'), JSON.stringify(manifest))
  }
  const { name, version } = manifest
  // The name that `npm pack` gives a tarball.
  const file = join(folder, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`)
  return { name, version, manifest, file }
}

/** Folders of everything that the lock file does not mark as for development only. */
function productionPlaces(project: string): readonly string[] {
  const { packages } = readJson(join(project, 'package-lock.json')) as {
    readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>
  }
  return Object.entries(packages)
    .filter(([place, { dev = false }]) => place !== '' && !dev)
    .map(([place]) => place)
}

/** What a registry says of a package: all its versions, and which is the newest. */
function packument(all: readonly Packed[], origin: string) {
  const versions = all.map(({ version, manifest, file }) => {
    const digest = createHash('sha512').update(readFileSync(file)).digest('base64')
    const dist = { tarball: origin + pathOf(file), integrity: `sha512-${digest}` }
    return [version, { ...manifest, dist }] as const
  })
  return {
    name: all[0]?.name,
    'dist-tags': { latest: all[0]?.version },
    versions: Object.fromEntries(versions),
  }
}

/** Path under which the registry serves a tarball. */
function pathOf(file: string): string {
  return `/-/${basename(file)}`
}

function octets(body: Buffer): Reply {
  return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body }
}

export function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'))
}
