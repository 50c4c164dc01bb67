// The Log Analytics query API (azure reference 4).
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "azure/kql_run.hpp"
#include "azure/site.hpp"

namespace itsmc::sim::azure {

// The query IS the endpoint that runs KQL over the stored rows. Thread-safe; the site outlives it.
class Query {
 public:
  explicit Query(Site& site) : site_(site) {}
  // /v1/workspaces/{customer id}/query
  static bool owns(std::string_view path);
  Reply answer(const Request& request, const Firing& firing);

 private:
  // A question as sent by POST or GET.
  struct Ask {
    std::string customer_id, query, timespan;
  };

  Reply judged(const Request& request, const Firing& firing);
  std::optional<Reply> refused(const Request& request, const Firing& firing, const Ask& ask);
  Reply run(const Request& request, const Firing& firing, const Ask& ask);
  [[nodiscard]] kql::Library library(const Ask& ask, kql::TextPool& pool) const;
  [[nodiscard]] std::optional<kql::Relation> table(const Ask& ask, const std::string& name,
                                                   const std::vector<std::string>& wanted,
                                                   kql::TextPool& pool) const;

  Site& site_;
};

}  // namespace itsmc::sim::azure
