// kafkajs: admin, produce with compression, consume in a group, lag of the group. Arguments: address, topic.
const { Kafka, CompressionTypes, logLevel } = require('kafkajs');

const [address, topic] = process.argv.slice(2);
const COUNT = 200;

function check(condition, what) {
  if (!condition) throw new Error(what);
}

async function main() {
  const kafka = new Kafka({ clientId: 'kafkajs-test', brokers: [address], logLevel: logLevel.ERROR });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 2, configEntries: [{ name: 'retention.ms', value: '60000' }] }] });
  await admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] });
  const metadata = await admin.fetchTopicMetadata({ topics: [topic] });
  check(metadata.topics[0].partitions.length === 3, 'partitions');
  const configs = await admin.describeConfigs({ resources: [{ type: 2, name: topic, configNames: ['retention.ms'] }] });
  check(configs.resources[0].configEntries[0].configValue === '60000', 'config');
  await admin.alterConfigs({ resources: [{ type: 2, name: topic, configEntries: [{ name: 'retention.ms', value: '70000' }] }] });

  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  const messages = Array.from({ length: COUNT }, (_, i) => ({ key: `k${i}`, value: `v${i}`, headers: { n: `${i}` } }));
  await producer.send({ topic, acks: -1, compression: CompressionTypes.GZIP, messages });
  await producer.disconnect();

  const consumer = kafka.consumer({ groupId: 'kafkajs-group' });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  const seen = new Map();
  await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`only ${seen.size} of ${COUNT}`)), 60000);
    consumer.run({
      eachMessage: async ({ message }) => {
        check(message.headers.n.toString() === message.value.toString().slice(1), 'header');
        seen.set(message.key.toString(), message.value.toString());
        if (seen.size === COUNT) { clearTimeout(timer); resolve(); }
      },
    }).catch(reject);
  });
  const described = await admin.describeGroups(['kafkajs-group']);
  check(described.groups[0].members.length === 1 && described.groups[0].state === 'Stable', 'group');
  await consumer.disconnect();
  const offsets = await admin.fetchTopicOffsets(topic);
  check(offsets.reduce((sum, each) => sum + Number(each.high), 0) === COUNT, 'end offsets');
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '-1' }] });
  await admin.deleteGroups(['kafkajs-group']);
  await admin.deleteTopics({ topics: [topic] });
  await admin.disconnect();
  console.log('all well');
}

main().catch((failure) => { console.error(failure); process.exit(1); });
