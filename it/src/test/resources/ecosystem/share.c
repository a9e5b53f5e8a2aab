/*
 * A member of a share group by librdkafka 2.15 or later: share BOOTSTRAP GROUP TOPIC COUNT.
 * Does with each record what its value says, accept, release or reject, until COUNT were accepted or rejected; prints
 * "OFFSET DELIVERIES VALUE" for each delivery and, when all is confirmed, "all well".
 */
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POLL_MS 500
#define COMMIT_MS 20000
#define EMPTY_MAX 120

static void fail(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static void check(const char *what, rd_kafka_error_t *error) {
    if (error) {
        fail(what, rd_kafka_error_string(error));
    }
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value) {
    char reason[512];
    if (rd_kafka_conf_set(conf, name, value, reason, sizeof(reason)) != RD_KAFKA_CONF_OK) {
        fail(name, reason);
    }
}

static rd_kafka_share_t *join(char **words) {
    char reason[512];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", words[1]);
    set(conf, "group.id", words[2]);
    set(conf, "share.acknowledgement.mode", "explicit");
    rd_kafka_share_t *member = rd_kafka_share_consumer_new(conf, reason, sizeof(reason));
    if (!member) {
        fail("no consumer", reason);
    }
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, words[3], RD_KAFKA_PARTITION_UA);
    rd_kafka_resp_err_t refused = rd_kafka_share_subscribe(member, topics);
    if (refused) {
        fail("subscribe", rd_kafka_err2str(refused));
    }
    rd_kafka_topic_partition_list_destroy(topics);
    return member;
}

static int deal(rd_kafka_share_t *member, rd_kafka_message_t *record) {
    if (record->err) {
        fail("record", rd_kafka_err2str(record->err));
    }
    int length = (int)record->len;
    const char *value = record->payload;
    printf("%lld %d %.*s\n", (long long)record->offset, (int)rd_kafka_message_delivery_count(record), length, value);
    int releases = length == 7 && memcmp(value, "release", 7) == 0 && rd_kafka_message_delivery_count(record) == 1;
    int rejects = length == 6 && memcmp(value, "reject", 6) == 0;
    rd_kafka_resp_err_t refused = rd_kafka_share_acknowledge_type(
            member,
            record,
            releases      ? RD_KAFKA_SHARE_ACKNOWLEDGE_TYPE_RELEASE
                : rejects ? RD_KAFKA_SHARE_ACKNOWLEDGE_TYPE_REJECT
                          : RD_KAFKA_SHARE_ACKNOWLEDGE_TYPE_ACCEPT);
    if (refused) {
        fail("acknowledge", rd_kafka_err2str(refused));
    }
    return releases ? 0 : 1;
}

int main(int count, char **words) {
    if (count != 5) {
        fail("usage", "share BOOTSTRAP GROUP TOPIC COUNT");
    }
    rd_kafka_share_t *member = join(words);
    int wanted = atoi(words[4]);
    int empty = 0;
    while (wanted > 0 && empty < EMPTY_MAX) {
        rd_kafka_messages_t *batch = NULL;
        check("poll", rd_kafka_share_poll(member, POLL_MS, &batch));
        size_t records = rd_kafka_messages_count(batch);
        for (size_t i = 0; i < records; i++) {
            wanted -= deal(member, rd_kafka_messages_get(batch, i));
        }
        empty = records == 0 ? empty + 1 : 0;
        rd_kafka_messages_destroy(batch);
        rd_kafka_topic_partition_list_t *outcomes = NULL;
        check("commit", rd_kafka_share_commit_sync(member, COMMIT_MS, &outcomes));
        for (int i = 0; outcomes && i < outcomes->cnt; i++) {
            if (outcomes->elems[i].err) {
                fail("commit", rd_kafka_err2str(outcomes->elems[i].err));
            }
        }
        if (outcomes) {
            rd_kafka_topic_partition_list_destroy(outcomes);
        }
    }
    rd_kafka_share_consumer_close(member);
    rd_kafka_share_destroy(member);
    if (wanted > 0) {
        fail("time is up", "records are missing");
    }
    puts("all well");
    return 0;
}
