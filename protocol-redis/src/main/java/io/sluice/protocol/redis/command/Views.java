package io.sluice.protocol.redis.command;

import io.sluice.broker.api.StreamKey;
import io.sluice.broker.api.StreamService;
import io.sluice.broker.api.StreamView;
import java.util.Optional;

/** Streams as a reader sees them: as they are committed now, or as they were at its place in a transaction. */
public interface Views {
    /** The stream of the key. */
    StreamService.Found find(StreamKey key);

    /** The stream if there is one; throws {@link RedisException} if it cannot be used. */
    default Optional<StreamView> stream(StreamKey key, String command) {
        return switch (find(key)) {
            case StreamService.Found.Stream stream -> Optional.of(stream.view());
            case StreamService.Found.Nothing _ -> Optional.empty();
            case StreamService.Found.Refused refused -> throw new RedisException(Errors.text(refused.fault(), command));
        };
    }
}
