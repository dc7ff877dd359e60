// PostGraphile 5 over one database, as its documentation advises for production.
//
// In:  BENCH_DATABASE_URL, BENCH_PORT, BENCH_CONNECTIONS; with BENCH_LOW and BENCH_HIGH every request states its
//      territory to row-level security (pgSettings), without them nothing is stated.
// Out: POST /graphql. Prints "ready" once it listens.
import { createServer } from 'node:http'
import { grafserv } from 'postgraphile/grafserv/node'
import { postgraphile } from 'postgraphile'
import { makePgService } from 'postgraphile/adaptors/pg'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'
import { PostGraphileConnectionFilterPreset } from 'postgraphile-plugin-connection-filter'

const { BENCH_DATABASE_URL, BENCH_PORT, BENCH_CONNECTIONS, BENCH_LOW, BENCH_HIGH } = process.env
const settings = BENCH_LOW ? { 'bench.low': BENCH_LOW, 'bench.high': BENCH_HIGH } : undefined

const preset = {
  extends: [PostGraphileAmberPreset, PostGraphileConnectionFilterPreset],
  pgServices: [
    makePgService({
      connectionString: BENCH_DATABASE_URL,
      schemas: ['peer'],
      pubsub: false,
      poolConfig: { max: Number(BENCH_CONNECTIONS) },
      pgSettings: () => settings,
    }),
  ],
  grafast: { explain: false, context: settings ? () => ({ pgSettings: settings }) : undefined },
  grafserv: { graphiql: false, websockets: false, watch: false, maxRequestLength: 100_000 },
}

const instance = postgraphile(preset)
const serv = instance.createServ(grafserv)
const server = createServer()
server.on('error', (problem) => {
  console.error(problem.message)
  process.exit(1)
})
await serv.addTo(server)
await instance.getSchema()
server.listen(Number(BENCH_PORT), '127.0.0.1', () => console.log('ready'))
