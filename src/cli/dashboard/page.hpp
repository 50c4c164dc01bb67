#pragma once

#include <string>
#include <string_view>

#include "cli/dashboard/parts.hpp"

namespace itsmc::cli {

/// The HTML page while its work items come in one by one. One thread; the dashboard outlives it.
class DashboardPage {
 public:
  explicit DashboardPage(const client::Dashboard& board);
  void add(const StoredItem& item);
  /// One self-contained file.
  [[nodiscard]] std::string finish();

 private:
  const client::Dashboard& board_;
  std::string items_;
};

/// The file without what is counted: page.html with page.css and page.js in it, made at build time.
/// Between them stand the JSON, then the tables for browsers that run no scripts.
[[nodiscard]] std::string_view page_before_json() noexcept;
[[nodiscard]] std::string_view page_before_tables() noexcept;
[[nodiscard]] std::string_view page_after_tables() noexcept;

/// The lists as HTML tables, without script. Every text of the store stays text. Pure.
[[nodiscard]] std::string html_tables(const client::Dashboard& board);

/// JSON that cannot end the <script> it stands in, whatever its texts say. Pure.
[[nodiscard]] std::string safe_in_script(std::string_view json);

}  // namespace itsmc::cli
