# librdkafka through confluent-kafka, in the form of Kafka's verifiable tools: a line of JSON a record, until SIGTERM.
# Arguments: produce or consume, addresses, topic, records a second.
import json
import signal
import sys
import time

from confluent_kafka import Consumer, Producer

role, addresses, topic, rate = sys.argv[1:5]
is_over = False


def end(signal_number, frame):
    global is_over
    is_over = True


def say(name, **what):
    print(json.dumps({"name": name, **what}, separators=(",", ":")), flush=True)


def told(error, message):
    if error is not None:
        say("producer_send_error", value=message.value().decode(), message=str(error))
        return
    say(
        "producer_send_success",
        value=message.value().decode(),
        partition=message.partition(),
        offset=message.offset(),
    )


def produce():
    producer = Producer({
        "bootstrap.servers": addresses,
        "enable.idempotence": True,
        "reconnect.backoff.max.ms": 200,
    })
    number = 0
    while not is_over:
        try:
            producer.produce(topic, value=str(number), on_delivery=told)
            number += 1
        except BufferError:
            producer.poll(0.1)
        producer.poll(0)
        time.sleep(1 / float(rate))
    assert producer.flush(60) == 0, "not all records are settled"


def consume():
    consumer = Consumer({
        "bootstrap.servers": addresses,
        "group.id": "readers-of-" + topic,
        "auto.offset.reset": "earliest",
        "reconnect.backoff.max.ms": 200,
    })
    consumer.subscribe([topic])
    while not is_over:
        message = consumer.poll(0.1)
        if message is None:
            continue
        if message.error() is not None:
            assert not message.error().fatal(), message.error()
            say("consumer_error", message=str(message.error()))
            continue
        say("record_data", value=message.value().decode(), partition=message.partition(), offset=message.offset())
    consumer.close()


signal.signal(signal.SIGTERM, end)
{"produce": produce, "consume": consume}[role]()
