// The OpenID AuthZEN Authorization API 1.0.
#include "http/route.h"

namespace tenure::http {

std::vector<Route> AuthzenRoutes() { return {}; }

}  // namespace tenure::http
