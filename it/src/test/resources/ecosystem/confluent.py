# librdkafka through confluent-kafka: admin, idempotent produce, consume in a group, commit. Arguments: address, topic.
import sys

from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient, ConfigResource, NewPartitions, NewTopic

address, topic = sys.argv[1:3]
COUNT = 200

admin = AdminClient({"bootstrap.servers": address})
admin.create_topics([NewTopic(topic, num_partitions=2, replication_factor=1)])[topic].result(30)
admin.create_partitions([NewPartitions(topic, 3)])[topic].result(30)
resource = ConfigResource("topic", topic, set_config={"retention.ms": "60000"})
admin.alter_configs([resource])[resource].result(30)
described = admin.describe_configs([ConfigResource("topic", topic)])
assert list(described.values())[0].result(30)["retention.ms"].value == "60000"
assert len(admin.list_topics(topic, timeout=30).topics[topic].partitions) == 3

failures = []
producer = Producer({"bootstrap.servers": address, "enable.idempotence": True, "compression.type": "lz4"})
for number in range(COUNT):
    producer.produce(topic, key=f"k{number}", value=f"v{number}", on_delivery=lambda error, _: error and failures.append(error))
assert producer.flush(60) == 0 and not failures, failures

consumer = Consumer({
    "bootstrap.servers": address,
    "group.id": "confluent-group",
    "auto.offset.reset": "earliest",
    "enable.auto.commit": False,
})
consumer.subscribe([topic])
seen = {}
for _ in range(600):
    message = consumer.poll(0.1)
    if message is None:
        continue
    assert message.error() is None, message.error()
    seen[message.key().decode()] = message.value().decode()
    if len(seen) == COUNT:
        break
assert seen == {f"k{n}": f"v{n}" for n in range(COUNT)}, len(seen)
committed = consumer.commit(asynchronous=False)
assert sum(each.offset for each in committed if each.offset > 0) == COUNT, committed
groups = admin.list_groups("confluent-group", timeout=30)
assert [group.state for group in groups] == ["Stable"], groups
consumer.close()
admin.delete_topics([topic])[topic].result(30)
print("all well")
