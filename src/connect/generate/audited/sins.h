#pragma once
// What goes wrong at the company, and when exactly. Each sin is a scene that tells of it and plants what it is a sin of, computed
// from the scene's own plan; all else about its people and machines is in order.
#include <vector>

#include "connect/generate/audited/company.h"

namespace tenure::connect::generate {

using Sin = void (*)(Company&);

std::vector<Sin> SinsOfLeaving();      // what outlives its holder or its owner
std::vector<Sin> SinsOfCredentials();  // old, compromised, not rotated
std::vector<Sin> SinsOfDisuse();       // dormant, over-privileged
std::vector<Sin> SinsOfGiving();       // to oneself, unapproved
std::vector<Sin> SinsOfPrivilege();    // standing, unreviewed, both of what must be apart, across environments
std::vector<Sin> SinsOfAWhile();       // broken glass, overrun, renewed
std::vector<Sin> SinsOfSharing();      // shared identities, people behind machines, outsiders
std::vector<Sin> SinsOfTheRecord();    // identifiers, revokes, gaps, sources, times

}  // namespace tenure::connect::generate
