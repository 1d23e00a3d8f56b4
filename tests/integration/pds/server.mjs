// Bluesky's reference server (PDS) and the directory of identities (PLC) that it needs, for one session of tests.
//
//   node server.mjs DATA_DIRECTORY
//
// prints its address once it answers, and ends when its standard input does, so that it never outlives its tests.
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { PDS } from '@atproto/pds'
import plc from '@did-plc/server'

// Both packages' own start() listens on every interface, and the PDS wants its port before there is one.
async function listen() {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return [server, server.address().port]
}

const secret = () => randomBytes(32).toString('hex')

process.stdin.resume().once('end', () => process.exit(0))
const [dataDirectory] = process.argv.slice(2)
const [identities, identitiesPort] = await listen()
identities.on('request', plc.PlcServer.create({ db: plc.Database.mock() }).app)

const [server, port] = await listen()
const pds = await PDS.fromEnv({
  port,
  dataDirectory,
  blobstoreDiskLocation: join(dataDirectory, 'blobs'),
  didPlcUrl: `http://127.0.0.1:${identitiesPort}`,
  devMode: true,
  inviteRequired: false,
  jwtSecret: secret(),
  adminPassword: secret(),
  plcRotationKeyK256PrivateKeyHex: secret(),
})
await pds.ctx.sequencer.start()
server.on('request', pds.app)
console.log(`listening on http://127.0.0.1:${port}`)
