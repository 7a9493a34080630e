#pragma once
// The files of a pack held against each other: manifest, signature, and the answer folded anew. Contract: CheckEvidence.
// Thread safety: one thread.
#include <map>
#include <string>

#include "tenure/evidence.h"

namespace tenure::library {

using PackFiles = std::map<std::string, std::string>;  // bytes by name

// Every file is there, is as the manifest says, and none beside.
Status CheckManifest(const PackFiles& files);
// The signer's public key as PEM, "" if it is unsigned.
Result<std::string> CheckSignature(const PackFiles& files, const std::string& wanted_signer_pem);
// REQUIRED: CheckManifest has passed.
Result<EvidenceSummary> CheckFold(const PackFiles& files, const EvidenceCheckOptions& options);

}  // namespace tenure::library
