// node-redis: streams, keys, transactions, a blocked reader, TLS, groups. Arguments: port, port with TLS, its CA, "groups" or "".
const { createClient } = require('redis');
const fs = require('fs');

const [port, tlsPort, ca, groups] = process.argv.slice(2);

function check(condition, what) {
  if (!condition) throw new Error(what);
}

async function streams(redis) {
  check((await redis.xAdd('node:s', '1-1', { a: '1', b: 'é' })) === '1-1', 'xAdd');
  const trim = { TRIM: { strategy: 'MAXLEN', strategyModifier: '~', threshold: 1000 } };
  check(/^\d+-\d+$/.test(await redis.xAdd('node:s', '*', { a: '2' }, trim)), 'xAdd with an id of the server');
  check((await redis.xLen('node:s')) === 2, 'xLen');
  const range = await redis.xRange('node:s', '-', '+', { COUNT: 1 });
  check(range[0].id === '1-1' && range[0].message.b === 'é', 'xRange');
  check((await redis.xRevRange('node:s', '+', '-'))[1].id === '1-1', 'xRevRange');
  const read = await redis.xRead({ key: 'node:s', id: '0' }, { COUNT: 10 });
  check(read[0].name === 'node:s' && read[0].messages.length === 2, 'xRead');
  const info = await redis.xInfoStream('node:s');
  check(info.length === 2 && info['entries-added'] === 2, 'xInfoStream');
  check((await redis.xDel('node:s', '1-1')) === 1 && (await redis.xTrim('node:s', 'MAXLEN', 0)) === 1, 'xDel, xTrim');
}

async function keys(redis) {
  await redis.xAdd('node:k', '*', { a: '1' });
  check((await redis.type('node:k')) === 'stream' && (await redis.exists('node:k')) === 1, 'type, exists');
  check((await redis.expire('node:k', 100)) === 1 && (await redis.ttl('node:k')) > 90, 'expire, ttl');
  check((await redis.persist('node:k')) === 1 && (await redis.ttl('node:k')) === -1, 'persist');
  const found = [];
  for await (const page of redis.scanIterator({ MATCH: 'node:*', TYPE: 'stream' })) found.push(...[].concat(page));
  check(found.sort().join() === 'node:k,node:s', 'scan');
  const results = await redis.multi().xAdd('node:k', '*', { a: '2' }).xLen('node:k').exec();
  check(results[1] === 2, 'multi');
  const many = await Promise.all(Array.from({ length: 500 }, (_, i) => redis.xAdd('node:p', '*', { i: `${i}` })));
  check(new Set(many).size === 500 && (await redis.xLen('node:p')) === 500, 'pipelined');
  check((await redis.del(['node:k', 'node:p'])) === 2, 'del');
}

async function blocked(redis) {
  const reader = await redis.duplicate().connect();
  const waiting = reader.xRead({ key: 'node:late', id: '$' }, { BLOCK: 0 });
  while (!(await redis.info('clients')).includes('blocked_clients:1')) await new Promise((done) => setTimeout(done, 2));
  await redis.xAdd('node:late', '7-7', { a: '1' });
  check((await waiting)[0].messages[0].id === '7-7', 'blocked reader');
  await reader.close();
}

async function inGroups(redis) {
  await redis.xGroupCreate('node:g', 'g', '$', { MKSTREAM: true });
  await redis.xAdd('node:g', '1-1', { a: '1' });
  await redis.xAdd('node:g', '1-2', { a: '2' });
  const got = await redis.xReadGroup('g', 'one', { key: 'node:g', id: '>' }, { COUNT: 10 });
  check(got[0].messages.length === 2, 'xReadGroup');
  check((await redis.xPending('node:g', 'g')).pending === 2, 'xPending');
  check((await redis.xAck('node:g', 'g', '1-1')) === 1, 'xAck');
  check((await redis.xClaim('node:g', 'g', 'two', 0, '1-2'))[0].id === '1-2', 'xClaim');
  check((await redis.xAutoClaim('node:g', 'g', 'one', 0, '0')).messages[0].id === '1-2', 'xAutoClaim');
  const seen = await redis.xInfoGroups('node:g');
  check(seen[0].name === 'g' && seen[0].pending === 1, 'xInfoGroups');
  check((await redis.xInfoConsumers('node:g', 'g')).length === 2, 'xInfoConsumers');
  check((await redis.xGroupDestroy('node:g', 'g')) === 1, 'xGroupDestroy');
}

async function lifeCycle(url, protocol) {
  const redis = createClient({ url, RESP: protocol, name: 'it', database: 3 });
  redis.on('error', (error) => { throw error; });
  await redis.connect();
  await streams(redis);
  await keys(redis);
  await blocked(redis);
  if (groups) await inGroups(redis);
  await redis.flushDb();
  await redis.close();
}

async function main() {
  await lifeCycle(`redis://127.0.0.1:${port}`, 3);
  await lifeCycle(`redis://127.0.0.1:${port}`, 2);
  const secure = createClient({ socket: { host: '127.0.0.1', port: Number(tlsPort), tls: true, ca: fs.readFileSync(ca) } });
  secure.on('error', (error) => { throw error; });
  await secure.connect();
  await secure.xAdd('node:tls', '*', { a: '1' });
  check((await secure.xLen('node:tls')) === 1, 'tls');
  await secure.close();
  console.log('all well');
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
