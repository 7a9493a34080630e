#include <gtest/gtest.h>
#include "reference/builders.h"
#include "reference/reference.h"
