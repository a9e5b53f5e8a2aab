package io.sluice.it.security;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** kafka-clients with the properties of one way to connect. */
final class SecureClient {
    private final Map<String, Object> properties = new HashMap<>();

    SecureClient(String bootstrap, String protocol) {
        with("bootstrap.servers", bootstrap);
        with("security.protocol", protocol);
        with("request.timeout.ms", "20000");
        with("default.api.timeout.ms", "30000");
        with("max.block.ms", "30000");
        with("ssl.endpoint.identification.algorithm", "https");
    }

    SecureClient with(String name, Object value) {
        properties.put(name, value);
        return this;
    }

    SecureClient password(String mechanism, String user, String password) {
        String module = mechanism.equals("PLAIN") ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
        return with("sasl.mechanism", mechanism)
                .with(
                        "sasl.jaas.config",
                        "org.apache.kafka.common.security." + module + " required username=\"" + user + "\" password=\""
                                + password + "\";");
    }

    SecureClient token(String token) {
        return with("sasl.mechanism", "OAUTHBEARER")
                .with("sasl.login.callback.handler.class", TestTokens.FromOption.class.getName())
                .with(
                        "sasl.jaas.config",
                        "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required token=\"" + token
                                + "\";");
    }

    SecureClient trusting(java.nio.file.Path certificate) {
        return with("ssl.truststore.type", "PEM").with("ssl.truststore.location", certificate.toString());
    }

    SecureClient showing(java.nio.file.Path store) {
        return with("ssl.keystore.type", "PKCS12")
                .with("ssl.keystore.location", store.toString())
                .with("ssl.keystore.password", Certificates.PASSWORD);
    }

    /** Writes a record and reads it back. */
    String roundTrip(String topic) throws ExecutionException, InterruptedException {
        try (var producer = new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, "key", "value of " + topic))
                    .get();
        }
        Map<String, Object> reading = new HashMap<>(properties);
        reading.put("group.id", "group-of-" + topic);
        reading.put("auto.offset.reset", "earliest");
        try (var consumer = new KafkaConsumer<>(reading, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            for (int i = 0; i < 30; i++) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
                    return record.value();
                }
            }
        }
        return "nothing came";
    }

    Admin admin() {
        return Admin.create(properties);
    }

    String clusterIdOrEmpty() throws ExecutionException, InterruptedException {
        try (Admin admin = admin()) {
            return admin.describeCluster().clusterId().get();
        }
    }

    /** Throws what the client says if it is not let in. */
    String clusterId() throws Throwable {
        try (Admin admin = admin()) {
            return admin.describeCluster().clusterId().get();
        } catch (ExecutionException e) {
            throw e.getCause();
        }
    }
}
