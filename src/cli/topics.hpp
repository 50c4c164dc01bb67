#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace itsmc::cli {

/// A word and what it means, as in a list of options.
struct TopicRow {
  std::string word, meaning;
};

/// A paragraph and the rows below it; either may be empty.
struct TopicPart {
  std::string title, text;
  std::vector<TopicRow> rows;
};

/// What `itsmc help NAME` tells; the man pages are made of the same parts.
struct Topic {
  std::string_view name, summary;
  std::vector<TopicPart> (*parts)() = nullptr;
};
[[nodiscard]] std::span<const Topic> topics() noexcept;
/// Null when there is none.
[[nodiscard]] const Topic* find_topic(std::string_view name) noexcept;

// The parts, each out of the table that the commands themselves read.
[[nodiscard]] std::vector<TopicPart> exit_code_parts();
[[nodiscard]] std::vector<TopicPart> environment_parts();
[[nodiscard]] std::vector<TopicPart> file_parts();
[[nodiscard]] std::vector<TopicPart> filter_parts();
[[nodiscard]] std::vector<TopicPart> partner_parts();
/// Every key of config.toml and of the files of connections, workspaces and actions.
[[nodiscard]] std::vector<TopicPart> configuration_parts();

/// Every variable of itsmc's own, ITSMC_..., but those of one connection.
[[nodiscard]] std::vector<std::string> own_variables();

}  // namespace itsmc::cli
