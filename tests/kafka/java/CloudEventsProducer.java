import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.message.Encoding;
import io.cloudevents.core.provider.EventFormatProvider;
import io.cloudevents.jackson.JsonFormat;
import io.cloudevents.kafka.CloudEventSerializer;
import java.io.BufferedReader;
import java.io.FileReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Someone else's producer, made with the CloudEvents SDK: CloudEventsProducer PROPERTIES TOPIC structured|binary [KEY].
 *
 * <p>Reads {"event":{…},"key":…} or a bare structured CloudEvent a line, and prints {"partition","offset"} for each once the
 * broker has it, or {"error","message"}. The record key is KEY, else the line's key, else the event's subject, else none.
 */
public final class CloudEventsProducer {
  private static final ObjectMapper JSON = new ObjectMapper();

  private CloudEventsProducer() {}

  public static void main(String[] arguments) throws Exception {
    Properties properties = new Properties();
    try (FileReader file = new FileReader(arguments[0], StandardCharsets.UTF_8)) {
      properties.load(file);
    }
    CloudEventSerializer serializer = new CloudEventSerializer();
    serializer.configure(Map.of(
        CloudEventSerializer.ENCODING_CONFIG, Encoding.valueOf(arguments[2].toUpperCase()),
        CloudEventSerializer.EVENT_FORMAT_CONFIG, JsonFormat.CONTENT_TYPE), false);
    String key = arguments.length > 3 ? arguments[3] : null;
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (KafkaProducer<String, CloudEvent> producer =
        new KafkaProducer<>(properties, new StringSerializer(), serializer)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        System.out.println(JSON.writeValueAsString(send(producer, record(arguments[1], key, JSON.readTree(line)))));
      }
    }
  }

  private static ProducerRecord<String, CloudEvent> record(String topic, String givenKey, JsonNode line) throws Exception {
    JsonNode json = line.has("event") ? line.get("event") : line;
    CloudEvent event = EventFormatProvider.getInstance().resolveFormat(JsonFormat.CONTENT_TYPE)
        .deserialize(JSON.writeValueAsBytes(json));
    String key = givenKey;
    if (key == null && line.hasNonNull("key") && line != json) {
      key = line.get("key").asText();
    }
    return new ProducerRecord<>(topic, key == null ? event.getSubject() : key, event);
  }

  private static Map<String, Object> send(KafkaProducer<String, CloudEvent> producer, ProducerRecord<String, CloudEvent> record)
      throws InterruptedException {
    try {
      RecordMetadata at = producer.send(record).get();
      return Map.of("partition", at.partition(), "offset", at.offset());
    } catch (ExecutionException failed) {
      return Map.of("error", failed.getCause().getClass().getSimpleName(), "message", "" + failed.getCause().getMessage());
    }
  }
}
