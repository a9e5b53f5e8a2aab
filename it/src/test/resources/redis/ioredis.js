// ioredis: streams, keys, transactions, pipelines, a blocked reader, TLS, groups. Arguments: port, port with TLS, its CA, "groups" or "".
const Redis = require('ioredis');
const fs = require('fs');

const [port, tlsPort, ca, groups] = process.argv.slice(2);

function check(condition, what) {
  if (!condition) throw new Error(what);
}

async function streams(redis) {
  check((await redis.xadd('io:s', '1-1', 'a', '1', 'b', 'é')) === '1-1', 'xadd');
  check(/^\d+-\d+$/.test(await redis.xadd('io:s', 'MAXLEN', '~', '1000', '*', 'a', '2')), 'xadd with an id of the server');
  check((await redis.xlen('io:s')) === 2, 'xlen');
  const range = await redis.xrange('io:s', '-', '+', 'COUNT', 1);
  check(JSON.stringify(range) === '[["1-1",["a","1","b","é"]]]', 'xrange');
  check((await redis.xrevrange('io:s', '+', '-'))[1][0] === '1-1', 'xrevrange');
  const read = await redis.xread('COUNT', 10, 'STREAMS', 'io:s', '0');
  check(read[0][0] === 'io:s' && read[0][1].length === 2, 'xread');
  const info = await redis.xinfo('STREAM', 'io:s');
  check(info[info.indexOf('length') + 1] === 2, 'xinfo stream');
  check((await redis.xdel('io:s', '1-1')) === 1 && (await redis.xtrim('io:s', 'MAXLEN', 0)) === 1, 'xdel, xtrim');
}

async function keys(redis) {
  await redis.xadd('io:k', '*', 'a', '1');
  check((await redis.type('io:k')) === 'stream' && (await redis.exists('io:k')) === 1, 'type, exists');
  check((await redis.expire('io:k', 100)) === 1 && (await redis.ttl('io:k')) > 90, 'expire, ttl');
  check((await redis.persist('io:k')) === 1 && (await redis.ttl('io:k')) === -1, 'persist');
  const found = [];
  for await (const page of redis.scanStream({ match: 'io:*', type: 'stream', count: 3 })) found.push(...page);
  check(found.sort().join() === 'io:k,io:s', 'scan');
  const results = await redis.multi().xadd('io:k', '*', 'a', '2').xlen('io:k').exec();
  check(results[1][1] === 2, 'multi');
  const pipeline = redis.pipeline();
  for (let i = 0; i < 500; i++) pipeline.xadd('io:p', '*', 'i', i);
  check((await pipeline.exec()).every(([error]) => error === null) && (await redis.xlen('io:p')) === 500, 'pipeline');
  check((await redis.del('io:k', 'io:p')) === 2, 'del');
}

async function blocked(redis) {
  const reader = redis.duplicate();
  const waiting = reader.xread('BLOCK', 0, 'STREAMS', 'io:late', '$');
  while (!(await redis.info('clients')).includes('blocked_clients:1')) await new Promise((done) => setTimeout(done, 2));
  await redis.xadd('io:late', '7-7', 'a', '1');
  check((await waiting)[0][1][0][0] === '7-7', 'blocked reader');
  await reader.quit();
}

async function inGroups(redis) {
  await redis.xgroup('CREATE', 'io:g', 'g', '$', 'MKSTREAM');
  await redis.xadd('io:g', '1-1', 'a', '1');
  await redis.xadd('io:g', '1-2', 'a', '2');
  const got = await redis.xreadgroup('GROUP', 'g', 'one', 'COUNT', 10, 'STREAMS', 'io:g', '>');
  check(got[0][1].length === 2, 'xreadgroup');
  check((await redis.xpending('io:g', 'g'))[0] === 2, 'xpending');
  check((await redis.xack('io:g', 'g', '1-1')) === 1, 'xack');
  check((await redis.xclaim('io:g', 'g', 'two', 0, '1-2'))[0][0] === '1-2', 'xclaim');
  check((await redis.xautoclaim('io:g', 'g', 'one', 0, '0', 'JUSTID'))[1][0] === '1-2', 'xautoclaim');
  const seen = await redis.xinfo('GROUPS', 'io:g');
  check(seen[0][seen[0].indexOf('pending') + 1] === 1, 'xinfo groups');
  check((await redis.xgroup('DESTROY', 'io:g', 'g')) === 1, 'xgroup destroy');
}

async function main() {
  const redis = new Redis({ host: '127.0.0.1', port: Number(port), connectionName: 'it', db: 2 });
  redis.on('error', (error) => { throw error; });
  await streams(redis);
  await keys(redis);
  await blocked(redis);
  if (groups) await inGroups(redis);
  await redis.flushdb();
  await redis.quit();
  const secure = new Redis({ host: '127.0.0.1', port: Number(tlsPort), tls: { ca: fs.readFileSync(ca) } });
  await secure.xadd('io:tls', '*', 'a', '1');
  check((await secure.xlen('io:tls')) === 1, 'tls');
  await secure.quit();
  console.log('all well');
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
