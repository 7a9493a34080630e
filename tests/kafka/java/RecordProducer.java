import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.FileReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes any bytes, also those that no honest producer writes: RecordProducer PROPERTIES. With a transactional.id in the
 * properties, all records belong to a transaction.
 *
 * <p>A line is a record {"topic", "key", "value", "headers":[[name, value]…], "partition", "timestamp"}, all but the topic
 * optional, key and value also as "key_base64" and so on, a header's value also as {"base64":…}; or one of "begin", "commit", "abort". Each is answered when it is done, a
 * record by {"partition","offset"}; what failed by {"error","message"}. A transaction left open stays so until standard input
 * closes, which aborts it, or until this process is killed, which leaves it to the broker's timeout.
 */
public final class RecordProducer {
  private static final ObjectMapper JSON = new ObjectMapper();

  private RecordProducer() {}

  public static void main(String[] arguments) throws Exception {
    Properties properties = new Properties();
    try (FileReader file = new FileReader(arguments[0], StandardCharsets.UTF_8)) {
      properties.load(file);
    }
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      boolean initialised = false;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode request = JSON.readTree(line);
        if (request.asText().equals("begin") && !initialised) {
          producer.initTransactions();
          initialised = true;
        }
        System.out.println(JSON.writeValueAsString(answer(producer, request)));
      }
    }
  }

  private static Map<String, Object> answer(KafkaProducer<byte[], byte[]> producer, JsonNode request)
      throws InterruptedException {
    try {
      return request.isTextual() ? transaction(producer, request.asText()) : send(producer, request);
    } catch (ExecutionException failed) {
      return error(failed.getCause());
    } catch (KafkaException failed) {
      return error(failed);
    }
  }

  private static Map<String, Object> error(Throwable failed) {
    return Map.of("error", failed.getClass().getSimpleName(), "message", "" + failed.getMessage());
  }

  private static Map<String, Object> transaction(KafkaProducer<byte[], byte[]> producer, String what) {
    switch (what) {
      case "begin": producer.beginTransaction(); break;
      case "commit": producer.commitTransaction(); break;
      case "abort": producer.abortTransaction(); break;
      default: throw new IllegalArgumentException(what);
    }
    return Map.of("done", what);
  }

  private static Map<String, Object> send(KafkaProducer<byte[], byte[]> producer, JsonNode record)
      throws ExecutionException, InterruptedException {
    List<Header> headers = new ArrayList<>();
    for (JsonNode header : record.path("headers")) {
      headers.add(new RecordHeader(header.get(0).asText(), bytes(header.get(1))));
    }
    RecordMetadata at = producer.send(new ProducerRecord<>(record.get("topic").asText(),
        record.hasNonNull("partition") ? record.get("partition").asInt() : null,
        record.hasNonNull("timestamp") ? record.get("timestamp").asLong() : null,
        field(record, "key"), field(record, "value"), headers)).get();
    return Map.of("partition", at.partition(), "offset", at.offset());
  }

  private static byte[] field(JsonNode record, String name) {
    JsonNode encoded = record.get(name + "_base64");
    return encoded == null ? bytes(record.get(name)) : Base64.getDecoder().decode(encoded.asText());
  }

  private static byte[] bytes(JsonNode text) {
    if (text != null && text.isObject()) {
      return Base64.getDecoder().decode(text.get("base64").asText());
    }
    return text == null || text.isNull() ? null : text.asText().getBytes(StandardCharsets.UTF_8);
  }
}
