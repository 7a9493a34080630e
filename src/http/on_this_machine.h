#pragma once
// Whether a request comes from somebody on this machine, as far as that can be told: who needs no token while there are none.
// Thread safety: a free function.
#include <string>

#include "http/message.h"

namespace tenure::http {

// Empty if it does. Else why not: another address, a proxy that passed it on, or a page of elsewhere in a browser on this machine.
std::string NotOnThisMachine(const Request& request);

}  // namespace tenure::http
