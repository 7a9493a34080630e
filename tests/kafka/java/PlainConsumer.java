import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Prints all records of a topic, from its beginning to the ends that it had when this began: PlainConsumer PROPERTIES TOPIC
 * SECONDS_MAX. Under isolation.level=read_committed the ends are the last stable offsets.
 *
 * <p>A record is {"partition","offset","timestamp","timestamp_type","key","value","headers":[[name, value]…]}; what is no UTF-8
 * is printed as {"base64":…}.
 */
public final class PlainConsumer {
  private static final ObjectMapper JSON = new ObjectMapper();

  private PlainConsumer() {}

  public static void main(String[] arguments) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("auto.offset.reset", "none");
    try (FileReader file = new FileReader(arguments[0], StandardCharsets.UTF_8)) {
      properties.load(file);
    }
    long deadline = System.nanoTime() + Duration.ofSeconds(Long.parseLong(arguments[2])).toNanos();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      Map<TopicPartition, Long> ends = assign(consumer, arguments[1]);
      while (isBelow(consumer, ends)) {
        if (System.nanoTime() > deadline) {
          System.err.println("the ends " + ends + " were not reached within " + arguments[2] + " s");
          System.exit(1);
        }
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          if (record.offset() < ends.get(new TopicPartition(record.topic(), record.partition()))) {
            System.out.println(JSON.writeValueAsString(shown(record)));
          }
        }
      }
    }
  }

  private static Map<TopicPartition, Long> assign(KafkaConsumer<byte[], byte[]> consumer, String topic) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (PartitionInfo partition : consumer.partitionsFor(topic)) {
      partitions.add(new TopicPartition(topic, partition.partition()));
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    return consumer.endOffsets(partitions);
  }

  /** The position passes control records and aborted ones, which are never handed out. */
  private static boolean isBelow(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue());
  }

  private static Map<String, Object> shown(ConsumerRecord<byte[], byte[]> record) {
    List<Object> headers = new ArrayList<>();
    for (Header header : record.headers()) {
      List<Object> pair = new ArrayList<>();
      pair.add(header.key());
      pair.add(text(header.value()));
      headers.add(pair);
    }
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("partition", record.partition());
    shown.put("offset", record.offset());
    shown.put("timestamp", record.timestamp());
    shown.put("timestamp_type", record.timestampType().toString());
    shown.put("key", text(record.key()));
    shown.put("value", text(record.value()));
    shown.put("headers", headers);
    return shown;
  }

  private static Object text(byte[] bytes) {
    if (bytes == null) {
      return null;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException none) {
      return Map.of("base64", Base64.getEncoder().encodeToString(bytes));
    }
  }
}
