// Evidence packs, as the service makes them.
#include <filesystem>
#include <fstream>

#include "http/service.h"
#include "library/scratch.h"

namespace tenure::http {
namespace {

constexpr std::uintmax_t kPackBytesMax = 200u << 20;  // zipped; below what a client takes of an answer

tl::unexpected<Error> CannotRead(const std::string& why) {
  return Fail("evidence_io", "the pack can't be read: " + why, "check the disk where $TMPDIR is", Blame::kFault);
}

}  // namespace

Result<Service::Packed> Service::Pack(const EvidenceQuestion& question) {
  if (!options_.ask_in_words)
    return Fail("evidence_not_served", "this service makes no packs", "make it beside the record", Blame::kFault);
  const std::unique_lock alone(evidence_mutex_, std::try_to_lock);
  if (!alone) return Fail("evidence_running", "a pack is being made already", "wait for that one", Blame::kUnavailable);
  const auto scratch = library::Scratch::Make();
  if (!scratch) return tl::unexpected<Error>(scratch.error());
  EvidenceOptions options;
  options.question = question;
  options.to = scratch->Path() + "/pack.zip";
  options.key_pem = options_.evidence_key_pem;
  options.made_by = options_.made_by;
  options.ask = options_.ask_in_words;
  auto summary = MakeEvidence(*Borrow(), options);
  if (!summary) return tl::unexpected<Error>(summary.error());
  std::error_code ec;
  const std::uintmax_t size = std::filesystem::file_size(options.to, ec);
  if (ec) return CannotRead(ec.message());
  if (size > kPackBytesMax)
    return Fail("evidence_too_large", "the pack is too large to be sent",
                "make it beside the record, or as known at an earlier time", Blame::kCaller);
  Packed packed{std::string(size, '\0'), std::move(*summary)};
  std::ifstream file(options.to, std::ios::binary);
  if (!file.read(packed.bytes.data(), static_cast<std::streamsize>(size))) return CannotRead("it is cut");
  return packed;
}

}  // namespace tenure::http
