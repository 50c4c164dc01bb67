#include "config/program.hpp"

#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include <sys/wait.h>
#include <unistd.h>

#include "config/child_process.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::config {
namespace {

std::optional<std::string> find_program(const std::string& name, std::string_view search_path) {
  for (const std::string& place : split(search_path, ':')) {
    if (!place.starts_with('/')) continue;
    const std::filesystem::path file = std::filesystem::path(place) / name;
    std::error_code ignored;
    const bool there = std::filesystem::is_regular_file(file, ignored);
    if (there && ::access(file.c_str(), X_OK) == 0) return file.string();
  }
  return std::nullopt;
}

}  // namespace

CommandEnd run_program(const std::vector<std::string>& words, std::string_view search_path,
                       std::chrono::milliseconds limit) {
  CommandEnd end;
  const auto file = find_program(words.front(), search_path);
  if (!file) {
    end.how = CommandEnd::How::not_found;
    return end;
  }
  ChildCall call{.words = words, .directory = "/"};
  call.words.front() = *file;
  ChildEnd child = run_child(call, limit);
  end.output = std::move(child.output);
  end.complaint = last_line(child.complaints);
  end.complaints = std::move(child.complaints);
  if (!child.status) {
    end.how = CommandEnd::How::too_long;
  } else if (WIFEXITED(*child.status)) {
    end.status = WEXITSTATUS(*child.status);
  } else {
    end.how = CommandEnd::How::killed;
    end.status = WTERMSIG(*child.status);
  }
  return end;
}

}  // namespace itsmc::config
