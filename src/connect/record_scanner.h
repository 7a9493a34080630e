#pragma once
// The text of a CloudTrail file, cut into its records without building a tree of it.
//
// Understands `{"Records":[…]}`, a bare array, JSON Lines, one lone record, and any of these one after another. Bytes come in
// pieces of any size; a record is handed over as soon as its last byte is there, so memory is bounded by the largest record.
// It tells records apart and no more: whether one is sound JSON is for whoever parses it.
//
// What is unsound is refused and reading goes on where that is safe: after a broken line of JSON Lines, after an array element
// that is no object, after a record over the limit. A file that ends in the middle yields the records before.
// Thread safety: one thread at a time.
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "tenure/result.h"

namespace tenure::connect {

class RecordScanner {
 public:
  // `number` counts from 1, refused ones too; the text is valid during the call.
  using OnRecord = std::function<Status(std::int64_t number, std::string_view text)>;
  // Codes: json_malformed, record_not_object, record_too_large, file_truncated.
  using OnRefused = std::function<void(std::int64_t number, Error error)>;

  RecordScanner(std::size_t record_bytes_max, OnRecord on_record, OnRefused on_refused)
      : record_bytes_max_(record_bytes_max), on_record_(std::move(on_record)), on_refused_(std::move(on_refused)) {}

  // Errors: only what OnRecord returned; the scanner is then at its end.
  Status Feed(std::string_view bytes);
  // The bytes are over.
  void Finish();
  // The number of the last record that was handed over or refused.
  std::int64_t Records() const { return number_; }

 private:
  enum class Place : std::uint8_t {
    kTop,        // between the values of the file
    kElements,   // in the list of records, between elements
    kRecord,     // in an object
    kOddValue,   // in an array element that is no object
    kAfterList,  // in what follows the list in its wrapper
    kBadLine,    // in the rest of a line that cannot be read
  };

  Status Step(char c);
  void AtTop(char c);
  void InElements(char c);
  Status InRecord(char c);
  Status InNested(char c);
  void OddValue(char c);
  void AfterList(char c);

  void Begin(bool from_list);
  std::size_t RunLength(std::string_view bytes) const;
  bool MayBeKey() const;
  void Keep(std::string_view bytes);
  bool InString(char c);
  void NoteKey(char c);
  Status EndRecord();
  void Refuse(const char* code, std::string reason, std::string hint);
  void RefuseBrokenLine();

  const std::size_t record_bytes_max_;
  const OnRecord on_record_;
  const OnRefused on_refused_;

  Place place_ = Place::kTop;
  bool in_wrapper_ = false;  // the list has a wrapper around it
  bool from_list_ = false;   // the record is an element
  bool in_string_ = false, escaped_ = false;
  bool line_began_ = false;  // the byte before was a line's end
  std::int64_t depth_ = 0;
  std::int64_t number_ = 0;
  std::uint64_t record_bytes_ = 0;
  std::string record_;          // empty beyond the limit
  std::string key_, value_of_;  // at depth 1 of an object that may be a wrapper: the last string, the key whose value is next
};

}  // namespace tenure::connect
