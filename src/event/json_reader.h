#pragma once
// A parsed JSON text to look around in, for importers and small files; events are read by codec.h.
//
// A JsonValue shares its document and is cheap to copy. What is missing is a value of no kind, so calls can be chained.
// Nesting is bounded; of a member that stands twice the first counts. Thread safety: plain values.
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tenure/result.h"

namespace tenure::event {

class JsonValue {
 public:
  JsonValue() = default;  // of no kind
  // Errors: json_malformed.
  static Result<JsonValue> Parse(std::string_view text);

  bool IsObject() const;
  bool IsArray() const;
  bool IsString() const;
  bool IsNumber() const;
  bool IsBool() const;
  bool IsNull() const;
  bool Exists() const { return node_ != nullptr; }

  std::optional<JsonValue> Get(std::string_view name) const;       // a member; nothing if absent or no object
  std::vector<std::pair<std::string, JsonValue>> Members() const;  // as written
  std::vector<JsonValue> Items() const;
  std::string AsString() const;  // "" unless a string
  bool AsBool() const;           // false unless true
  std::optional<std::int64_t> AsInt() const;
  std::string Dump() const;  // canonical (RFC 8785); "" of no kind, or nested deeper than 64

 private:
  struct Document;
  struct Node;
  JsonValue(std::shared_ptr<const Document> document, std::shared_ptr<const Node> node)
      : document_(std::move(document)), node_(std::move(node)) {}
  std::shared_ptr<const Document> document_;
  std::shared_ptr<const Node> node_;
};

}  // namespace tenure::event
