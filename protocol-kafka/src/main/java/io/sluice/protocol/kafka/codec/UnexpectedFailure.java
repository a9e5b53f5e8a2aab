package io.sluice.protocol.kafka.codec;

import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.message.DescribeUserScramCredentialsRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;

/** Answers UNKNOWN_SERVER_ERROR in the form each request has for errors, as kafka-clients knows it. */
final class UnexpectedFailure {
    private UnexpectedFailure() {}

    /** The answer to a request that was read in this version; empty if its form has no place for an error. */
    static Optional<ApiMessage> answer(KafkaApi api, ApiMessage request, short version) {
        AbstractRequest parsed = AbstractRequest.parseRequest(
                        ApiKeys.forId(api.key()), version, MessageUtil.toByteBufferAccessor(named(request), version))
                .request;
        AbstractResponse answer = parsed.getErrorResponse(0, Errors.UNKNOWN_SERVER_ERROR.exception());
        return Optional.ofNullable(answer).map(AbstractResponse::data);
    }

    /** kafka-clients fails itself over a question about all users, which names none. */
    private static ApiMessage named(ApiMessage request) {
        return request instanceof DescribeUserScramCredentialsRequestData question && question.users() == null
                ? question.duplicate().setUsers(List.of())
                : request;
    }
}
