package io.sluice.cli.command;

import io.sluice.cli.records.RecordSyntaxException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.IllegalSaslStateException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** Turns what went wrong into one line that says what to do. */
public final class ErrorText {

    /** What the producer says after waiting in vain for a topic's metadata. */
    private static final Pattern UNKNOWN_PARTITION =
            Pattern.compile("Partition (\\d+) of topic (\\S+) with partition count (\\d+) is not present");

    private static final Pattern UNKNOWN_TOPIC = Pattern.compile("Topic (\\S+) not present in metadata");

    private ErrorText() {}

    /** The line for {@code failure}; {@code bootstrap} is the address the command was told to use. */
    public static String of(Throwable failure, String bootstrap) {
        return switch (cause(failure)) {
            case CommandException known -> String.valueOf(known.getMessage());
            case RecordSyntaxException syntax -> "this input line is " + syntax.getMessage();
            case TimeoutException late -> timeout(late, bootstrap);
            case UnknownTopicOrPartitionException unknown ->
                "no such topic or partition; 'sluice topic list' shows what there is";
            case TopicExistsException exists -> text(exists) + "; --if-not-exists makes that fine";
            case GroupIdNotFoundException unknown -> text(unknown) + "; 'sluice group list' shows what there is";
            case RecordTooLargeException large ->
                text(large) + "; raise max.message.bytes of the topic or send smaller records";
            case UnsupportedVersionException old -> "the broker at " + bootstrap + " does not offer this: " + text(old);
            case AuthenticationException refused -> notSignedIn(refused, bootstrap);
            case AuthorizationException denied -> denied(denied);
            case SecurityDisabledException open ->
                "the broker at " + bootstrap + " keeps no access rules: " + text(open)
                        + "; a Sluice broker does with the setting sluice.authorizer=on";
            case GroupNotEmptyException busy ->
                "the group has members; stop them first, 'sluice group describe GROUP' shows who they are";
            case ApiException answered -> name(answered) + ": " + text(answered);
            case KafkaException client -> text(client);
            case NoSuchFileException missing -> "no such file: " + missing.getMessage();
            case UncheckedIOException io -> text(io);
            case Throwable unexpected ->
                "unexpected " + name(unexpected) + ": " + text(unexpected) + " (SLUICE_DEBUG=1 shows where)";
        };
    }

    /** The failure behind the wrappers that futures put around it. */
    public static Throwable cause(Throwable failure) {
        Throwable current = failure;
        Throwable cause = current.getCause();
        while (cause != null && isWrapper(current)) {
            current = cause;
            cause = current.getCause();
        }
        return current;
    }

    /** Where it happened, for whoever looks closer. */
    public static String stackTrace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private static boolean isWrapper(Throwable failure) {
        return failure instanceof ExecutionException
                || failure instanceof CompletionException
                || failure instanceof UncheckedIOException
                || failure.getClass().equals(KafkaException.class);
    }

    private static String timeout(TimeoutException late, String bootstrap) {
        Matcher partition = UNKNOWN_PARTITION.matcher(text(late));
        if (partition.find()) {
            return "topic " + partition.group(2) + " has no partition " + partition.group(1) + ", only "
                    + partition.group(3);
        }
        Matcher topic = UNKNOWN_TOPIC.matcher(text(late));
        if (topic.find()) {
            return "there is no topic " + topic.group(1) + " and the broker did not create it; 'sluice topic create "
                    + topic.group(1) + "' does";
        }
        return "no answer from " + bootstrap + " in time (" + text(late)
                + "); is this the broker's Kafka listener, and is the address it advertises reachable from here?"
                + " --timeout waits longer; --tls belongs to listeners with TLS and only to those, --as USER to those with"
                + " passwords";
    }

    private static String notSignedIn(AuthenticationException refused, String bootstrap) {
        return switch (refused) {
            case SslAuthenticationException tls ->
                "no encrypted connection to " + bootstrap + ": " + text(deepest(tls))
                        + "; --tls-ca FILE names the authority to trust, and a listener without TLS needs no --tls";
            case UnsupportedSaslMechanismException other ->
                "the broker at " + bootstrap + " does not sign in this way: " + text(other)
                        + "; choose another with --sasl";
            case IllegalSaslStateException unexpected ->
                "the listener " + bootstrap + " takes no sign-in: " + text(unexpected) + "; leave --as away";
            case AuthenticationException other ->
                "sign-in refused: " + text(other) + "; check the user, the password and --sasl";
        };
    }

    private static String denied(AuthorizationException denied) {
        String grant = "; an administrator can allow it with 'sluice acl add'";
        return switch (denied) {
            case TopicAuthorizationException topic
            when !topic.unauthorizedTopics().isEmpty() ->
                "not allowed on topic " + String.join(", ", topic.unauthorizedTopics()) + grant;
            case GroupAuthorizationException group
            when group.groupId() != null -> "not allowed on group " + group.groupId() + grant;
            case ClusterAuthorizationException cluster -> "not allowed on the cluster" + grant;
            case AuthorizationException other -> "not allowed: " + text(other) + grant;
        };
    }

    private static Throwable deepest(Throwable failure) {
        Throwable current = failure;
        Throwable cause = current.getCause();
        while (cause != null) {
            current = cause;
            cause = current.getCause();
        }
        return current;
    }

    private static String name(Throwable failure) {
        return failure.getClass().getSimpleName().replaceFirst("Exception$", "");
    }

    private static String text(Throwable failure) {
        String message = failure.getMessage();
        return message == null
                ? name(failure)
                : message.lines().findFirst().orElse("").replaceFirst("\\.$", "");
    }
}
