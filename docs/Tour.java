import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** An ordinary Kafka client: produces ten records and consumes what is in the topic, as a member of a group. */
final class Tour {
    public static void main(String[] arguments) throws Exception {
        String broker = arguments.length > 0 ? arguments[0] : "127.0.0.1:9092";
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", broker), new StringSerializer(), new StringSerializer())) {
            for (int number = 1; number <= 10; number++) {
                // Idempotent and acks=all, as Kafka's clients are by default; get() returns when the record is on disk.
                producer.send(new ProducerRecord<>("greetings", "java", "hello " + number)).get();
            }
        }
        Properties settings = new Properties();
        settings.putAll(Map.of("bootstrap.servers", broker, "group.id", "tour", "auto.offset.reset", "earliest"));
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(Set.of("greetings"));
            for (int got = 0; got < 10; ) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
                    System.out.println(record.offset() + " " + record.key() + " " + record.value());
                    got++;
                }
            }
        }
    }
}
