import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.FileReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * The broker's own administration, one request a line: {"do":"describe_topic","topic":"t"} is answered by {"ok":…} or by
 * {"error":"UnknownTopicOrPartitionException","message":…}. Lives until standard input closes, so that a test pays for one JVM.
 * The argument is a file of client properties.
 */
public final class AdminConsole {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Properties properties;
  private final Admin admin;

  private AdminConsole(Properties properties, Admin admin) {
    this.properties = properties;
    this.admin = admin;
  }

  public static void main(String[] arguments) throws Exception {
    Properties properties = new Properties();
    try (FileReader file = new FileReader(arguments[0], StandardCharsets.UTF_8)) {
      properties.load(file);
    }
    BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (Admin admin = Admin.create(properties)) {
      AdminConsole console = new AdminConsole(properties, admin);
      for (String line = requests.readLine(); line != null; line = requests.readLine()) {
        System.out.println(JSON.writeValueAsString(console.answer(JSON.readTree(line))));
        System.out.flush();
      }
    }
  }

  private Map<String, Object> answer(JsonNode request) throws Exception {
    Map<String, Object> answer = new HashMap<>();
    try {
      answer.put("ok", carryOut(request));
    } catch (ExecutionException failed) {
      answer.put("error", failed.getCause().getClass().getSimpleName());
      answer.put("message", String.valueOf(failed.getCause().getMessage()));
    }
    return answer;
  }

  private Object carryOut(JsonNode request) throws Exception {
    switch (request.get("do").asText()) {
      case "cluster": return cluster();
      case "topics": return new ArrayList<>(admin.listTopics().names().get());
      case "create_topic": return createTopic(request);
      case "delete_topic": return admin.deleteTopics(List.of(topic(request))).all().get();
      case "describe_topic": return describeTopic(topic(request));
      case "alter_topic": return alterTopic(request);
      case "add_partitions":
        return admin.createPartitions(Map.of(topic(request), NewPartitions.increaseTo(request.get("total").asInt()))).all().get();
      case "elect_leader":
        return admin.electLeaders(ElectionType.PREFERRED, new HashSet<>(List.of(partition(request)))).all().get();
      case "delete_records":
        return admin.deleteRecords(Map.of(partition(request), RecordsToDelete.beforeOffset(request.get("before").asLong())))
            .all().get();
      case "offsets": return offsets(topic(request));
      case "group_offsets": return groupOffsets(request.get("group").asText());
      case "set_group_offset":
        return admin.alterConsumerGroupOffsets(request.get("group").asText(),
            Map.of(partition(request), new OffsetAndMetadata(request.get("offset").asLong()))).all().get();
      case "allow": return allow(request);
      case "acls": return acls();
      case "remove_acls": return admin.deleteAcls(List.of(AclBindingFilter.ANY)).all().get().size();
      default: throw new IllegalArgumentException("no such request: " + request);
    }
  }

  // --- cluster and topics

  private Object cluster() throws Exception {
    List<Integer> nodes = new ArrayList<>();
    for (Node node : admin.describeCluster().nodes().get()) {
      nodes.add(node.id());
    }
    return Map.of("nodes", nodes, "controller", admin.describeMetadataQuorum().quorumInfo().get().leaderId());
  }

  private Object createTopic(JsonNode request) throws Exception {
    NewTopic topic =
        new NewTopic(topic(request), request.get("partitions").asInt(), (short) request.get("replication").asInt());
    return admin.createTopics(List.of(topic.configs(texts(request.get("config"))))).all().get();
  }

  private Object describeTopic(String name) throws Exception {
    TopicDescription description = admin.describeTopics(List.of(name)).allTopicNames().get().get(name);
    List<Object> partitions = new ArrayList<>();
    for (TopicPartitionInfo partition : description.partitions()) {
      partitions.add(Map.of("partition", partition.partition(),
          "leader", Optional.ofNullable(partition.leader()).map(Node::id).orElse(-1),
          "replicas", ids(partition.replicas()), "in_sync", ids(partition.isr())));
    }
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
    Map<String, String> config = new TreeMap<>();
    for (ConfigEntry entry : admin.describeConfigs(List.of(resource)).all().get().get(resource).entries()) {
      config.put(entry.name(), entry.value());
    }
    return Map.of("id", description.topicId().toString(), "partitions", partitions, "config", config);
  }

  private Object alterTopic(JsonNode request) throws Exception {
    Collection<AlterConfigOp> changes = new ArrayList<>();
    for (Map.Entry<String, String> entry : texts(request.get("config")).entrySet()) {
      AlterConfigOp.OpType how = entry.getValue() == null ? AlterConfigOp.OpType.DELETE : AlterConfigOp.OpType.SET;
      changes.add(new AlterConfigOp(new ConfigEntry(entry.getKey(), entry.getValue()), how));
    }
    return admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic(request)), changes))
        .all().get();
  }

  // --- offsets

  /** For each partition its first offset, its end (high watermark) and its last stable offset. */
  private Object offsets(String topic) throws Exception {
    List<TopicPartition> partitions = new ArrayList<>();
    for (TopicPartitionInfo info : admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions()) {
      partitions.add(new TopicPartition(topic, info.partition()));
    }
    // By a client of its own: one that has asked a leader before asks that one again, for a minute if it has died.
    try (Admin fresh = Admin.create(properties)) {
      Map<TopicPartition, Long> begin = offsets(fresh, partitions, OffsetSpec.earliest(), IsolationLevel.READ_UNCOMMITTED);
      Map<TopicPartition, Long> end = offsets(fresh, partitions, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED);
      Map<TopicPartition, Long> stable = offsets(fresh, partitions, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED);
      Map<String, Object> answer = new TreeMap<>();
      for (TopicPartition partition : partitions) {
        answer.put(String.valueOf(partition.partition()), Map.of("begin", begin.get(partition), "end", end.get(partition),
            "stable", stable.get(partition)));
      }
      return answer;
    }
  }

  private static Map<TopicPartition, Long> offsets(
      Admin admin, List<TopicPartition> partitions, OffsetSpec which, IsolationLevel isolation) throws Exception {
    Map<TopicPartition, OffsetSpec> request = new HashMap<>();
    partitions.forEach(partition -> request.put(partition, which));
    Map<TopicPartition, Long> answer = new HashMap<>();
    admin.listOffsets(request, new ListOffsetsOptions(isolation)).all().get()
        .forEach((partition, found) -> answer.put(partition, found.offset()));
    return answer;
  }

  private Object groupOffsets(String group) throws Exception {
    Map<String, Long> answer = new TreeMap<>();
    admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get()
        .forEach((partition, offset) -> answer.put(partition.toString(), offset.offset()));
    return answer;
  }

  // --- who may what

  private Object allow(JsonNode request) throws Exception {
    ResourcePattern resource = new ResourcePattern(
        ResourceType.fromString(request.get("resource").asText()), request.get("name").asText(), PatternType.LITERAL);
    List<AclBinding> bindings = new ArrayList<>();
    for (JsonNode operation : request.get("operations")) {
      bindings.add(new AclBinding(resource, new AccessControlEntry("User:" + request.get("user").asText(), "*",
          AclOperation.fromString(operation.asText()), AclPermissionType.ALLOW)));
    }
    return admin.createAcls(bindings).all().get();
  }

  private Object acls() throws Exception {
    List<Object> answer = new ArrayList<>();
    for (AclBinding binding : admin.describeAcls(AclBindingFilter.ANY).values().get()) {
      answer.add(Map.of("user", binding.entry().principal().substring("User:".length()),
          "resource", binding.pattern().resourceType().toString().toLowerCase(), "name", binding.pattern().name(),
          "operation", binding.entry().operation().toString().toLowerCase()));
    }
    return answer;
  }

  // --- reading requests

  private static String topic(JsonNode request) {
    return request.get("topic").asText();
  }

  private static TopicPartition partition(JsonNode request) {
    return new TopicPartition(topic(request), request.get("partition").asInt());
  }

  private static Map<String, String> texts(JsonNode object) {
    Map<String, String> texts = new HashMap<>();
    object.fields().forEachRemaining(
        field -> texts.put(field.getKey(), field.getValue().isNull() ? null : field.getValue().asText()));
    return texts;
  }

  private static List<Integer> ids(List<Node> nodes) {
    List<Integer> ids = new ArrayList<>();
    nodes.forEach(node -> ids.add(node.id()));
    return ids;
  }
}
