#pragma once
// The part of the script in which nothing is wrong: the company as it is founded, its daily life, and whatever comes as near to a
// finding as can be without being one. A threshold is met to the microsecond: the grant that may outlive its holder for 24 hours is
// revoked 24 hours after, for a finding holds from that moment on and a revoke at that moment ends it.
#include "connect/generate/audited/company.h"

namespace tenure::connect::generate {

void FoundCompany(Company& company);  // stewards, teams; before anything else

void LiveWell(Company& company);            // people, fleet and access in numbers
void LeaveInTime(Company& company);         // offboarding, retirements that end all
void RotateInTime(Company& company);        // credentials, owners, compromises
void UseInTime(Company& company);           // dormancy, seen from every side
void GiveProperly(Company& company);        // privileges, approvals, duties, environments
void GiveForAWhile(Company& company);       // on demand, broken glass, renewals
void ShareNothing(Company& company);        // networks, people behind machines
void TrustWithCare(Company& company);       // outsiders
void KeepTheRecordClean(Company& company);  // identifiers, revokes, sources, times; what was noticed before the audit

}  // namespace tenure::connect::generate
