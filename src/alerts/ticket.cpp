#include "itsmc/alerts/ticket.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "alerts/json_words.hpp"
#include "itsmc/core/hash.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::alerts {
namespace {

constexpr std::size_t k_longest_title = 160;  // of ServiceNow's short description
constexpr std::size_t k_longest_fact = 500;
constexpr std::size_t k_most_affected = 10;
// Of alerts that name none (budgets): some products demand an urgency.
constexpr int k_usual_severity = 3;
constexpr std::size_t k_longest_query = 1'000;
// Kept free for what is said at the end of the rows.
constexpr std::size_t k_rows_reserve = 80;

/// Text as lines: control characters but line ends become spaces, broken UTF-8 is replaced.
std::string clean_lines(std::string_view text, std::size_t most) {
  std::string clean;
  for (const std::string& line : split(text, '\n')) {
    if (clean.size() >= most) break;
    if (!clean.empty()) clean += '\n';
    clean += excerpt(line, most - clean.size());
  }
  return clean;
}

std::string severity_word(const Alert& alert) {
  return alert.severity ? fmt::format("Sev{}", *alert.severity) : std::string();
}

std::string short_name(const std::string& item) {
  return item.starts_with('/') ? last_segment(item) : item;
}

std::string subject_of(const Alert& alert) {
  if (!alert.headline.empty()) return alert.headline;
  if (!alert.rule.empty()) return alert.rule;
  if (!alert.service.empty()) return alert.service + " alert";
  return "Azure alert " + alert.id;
}

std::string title_of(const Alert& alert, const std::string& item) {
  std::string title = severity_word(alert);
  if (!title.empty()) title += ' ';
  title += subject_of(alert);
  if (!item.empty()) title += " on " + short_name(item);
  return excerpt(title, k_longest_title);
}

void add_line(std::string& text, std::string_view name, const std::string& value) {
  const std::string clean = excerpt(value, k_longest_fact);
  if (!clean.empty()) text += fmt::format("{}: {}\n", name, clean);
}

std::string row_text(const Rows& rows, std::size_t row) {
  std::string text;
  for (std::size_t i = 0; i < rows.columns.size(); ++i) {
    if (rows.rows[row][i].empty()) continue;
    text += fmt::format("{}{}={}", text.empty() ? "" : "; ", excerpt(rows.columns[i], 60),
                        excerpt(rows.rows[row][i], 200));
  }
  return text;
}

/// Of all of a row's values, so that rows which differ only far behind keep keys of their own;
/// what people read of them is cut.
std::string row_hash(const Rows& rows, std::size_t row) {
  std::string all;
  for (std::size_t i = 0; i < rows.columns.size(); ++i) {
    const std::string& value = rows.rows[row][i];
    if (value.empty()) continue;
    all +=
        fmt::format("{}:{}={}:{}\n", rows.columns[i].size(), rows.columns[i], value.size(), value);
  }
  return hash_text(all);
}

/// As many rows as fit, and how many there are.
void add_rows(std::string& text, const Rows& rows, std::size_t most) {
  if (rows.rows.empty()) return;
  text += fmt::format("\nRows ({}):\n", rows.rows.size());
  for (std::size_t row = 0; row < rows.rows.size(); ++row) {
    const std::string line = row_text(rows, row);
    if (text.size() + line.size() + k_rows_reserve > most) {
      text += fmt::format("... {} of {} rows are left out here: the text holds {} characters\n",
                          rows.rows.size() - row, rows.rows.size(), k_longest_description);
      return;
    }
    text += fmt::format("{}. {}\n", row + 1, line);
  }
}

void add_where(std::string& text, const Alert& alert) {
  for (std::size_t i = 0; i < alert.config_items.size(); ++i) {
    if (i == k_most_affected) {
      text += fmt::format("Affected: {} more\n", alert.config_items.size() - i);
      break;
    }
    add_line(text, "Affected", alert.config_items[i]);
  }
  for (const std::string& target : alert.targets) {
    const auto& items = alert.config_items;
    if (std::find(items.begin(), items.end(), target) == items.end()) {
      add_line(text, "Target", target);
    }
  }
}

std::string description_of(const Alert& alert, const Rows& rows) {
  std::string text;
  if (const std::string own = clean_lines(alert.description, 1'000); !own.empty()) {
    text += own + "\n\n";
  }
  add_line(text, "Alert rule", alert.rule);
  add_line(text, "Severity", severity_word(alert));
  if (alert.fired_at) add_line(text, "Fired at", format_rfc3339(*alert.fired_at));
  if (alert.resolved_at) add_line(text, "Resolved at", format_rfc3339(*alert.resolved_at));
  add_line(text, "Monitored by", alert.service);
  add_where(text, alert);
  std::string facts;
  for (const auto& [name, value] : alert.facts) {
    if (text.size() + facts.size() > k_longest_description / 2) break;
    add_line(facts, excerpt(name, 80), value);
  }
  if (!facts.empty()) text += "\n" + facts;
  std::string end;
  for (const auto& [name, link] : alert.links) {
    if (link.size() < k_longest_query) end += "\n" + excerpt(link, k_longest_query) + "\n";
  }
  end += '\n';
  add_line(end, "Alert id", alert.id);
  if (!alert.query.empty()) {
    text += "\nQuery:\n" + clean_lines(alert.query, k_longest_query) + "\n";
  }
  add_rows(text, rows, k_longest_description - end.size());
  if (text.size() + end.size() > k_longest_description) {
    text = clean_lines(text, k_longest_description - end.size() - 8) + "\n...\n";
  }
  return text + end;
}

CiQuery query_of(const std::string& item, const std::vector<std::string>& targets) {
  CiQuery query;
  if (item.starts_with('/')) {
    query.id = item;
    query.name = last_segment(item);
    return query;
  }
  // The target of that name: then its resource id is known too.
  for (const std::string& target : targets) {
    if (iequals(last_segment(target), item)) query.id = target;
  }
  const bool address = item.find_first_not_of("0123456789.") == std::string::npos;
  if (address && item.find('.') != std::string::npos) {
    query.ip = item;
  } else if (item.find('.') != std::string::npos && item.find(' ') == std::string::npos) {
    query.fqdn = item;
    query.name = item.substr(0, item.find('.'));
  } else {
    query.name = item;
  }
  return query;
}

Ticket base_ticket(const Alert& alert, const std::string& item, const Rows& rows) {
  Ticket ticket;
  ticket.draft.title = title_of(alert, item);
  ticket.draft.description = description_of(alert, rows);
  ticket.draft.correlation_id = alert.id;
  ticket.draft.node = excerpt(short_name(item), 100);
  ticket.draft.resource = excerpt(alert.rule, 100);
  ticket.alert_id = alert.id;
  ticket.rule = alert.rule.empty() ? subject_of(alert) : alert.rule;
  ticket.fired_at = alert.fired_at;
  ticket.over = alert.over;
  const int severity = alert.severity.value_or(k_usual_severity);
  const Weight weight = weight_of(severity);
  ticket.draft.urgency = weight.urgency;
  ticket.draft.impact = weight.impact;
  ticket.draft.severity = std::to_string(event_severity_of(severity));
  const auto when = alert.over ? alert.resolved_at : alert.fired_at;
  ticket.note = fmt::format("Azure alert {} {}{}.\nAlert id: {}", subject_of(alert),
                            alert.over ? "is resolved" : "has fired",
                            when ? " at " + format_rfc3339(*when) : std::string(), alert.id);
  return ticket;
}

void add_cis(Ticket& ticket, const Alert& alert) {
  for (const std::string& item : alert.config_items) {
    ticket.cis.push_back(query_of(item, alert.targets));
  }
}

Ticket whole_ticket(const Alert& alert) {
  const std::string first = alert.config_items.empty() ? std::string() : alert.config_items.front();
  Ticket ticket = base_ticket(alert, first, alert.rows);
  add_cis(ticket, alert);
  return ticket;
}

std::vector<Ticket> per_ci(const Alert& alert) {
  std::vector<Ticket> tickets;
  for (const std::string& item : alert.config_items) {
    Ticket ticket = base_ticket(alert, item, alert.rows);
    ticket.cis = {query_of(item, alert.targets)};
    ticket.draft.correlation_id = fmt::format("{}:ci:{}", alert.id, hash_text(to_lower(item)));
    tickets.push_back(std::move(ticket));
  }
  return tickets;
}

std::vector<Ticket> per_row(const Alert& alert) {
  std::vector<Ticket> tickets;
  for (std::size_t row = 0; row < alert.rows.rows.size(); ++row) {
    const Rows one{alert.rows.columns, {alert.rows.rows[row]}};
    const std::string item = config_item_of(one, 0);
    Ticket ticket = base_ticket(alert, item, one);
    if (!item.empty()) ticket.cis = {query_of(item, alert.targets)};
    ticket.draft.correlation_id = fmt::format("{}:row:{}", alert.id, row_hash(one, 0));
    tickets.push_back(std::move(ticket));
  }
  return tickets;
}

Ticket row_ticket(const Rows& rows, const std::string& title) {
  Ticket ticket;
  ticket.draft.title = excerpt(title, k_longest_title);
  add_rows(ticket.draft.description, rows, k_longest_description);
  ticket.draft.description = std::string(trim(ticket.draft.description));
  std::string all;
  for (std::size_t row = 0; row < rows.rows.size(); ++row) {
    for (std::size_t i = 0; i < rows.columns.size(); ++i) {
      all += rows.columns[i] + '=' + rows.rows[row][i] + '\n';
    }
    const std::string item = config_item_of(rows, row);
    const CiQuery query = query_of(item, {});
    const auto same = [&](const CiQuery& known) {
      return known.id == query.id && known.name == query.name && known.ip == query.ip;
    };
    if (!item.empty() && std::none_of(ticket.cis.begin(), ticket.cis.end(), same)) {
      ticket.cis.push_back(query);
    }
    if (ticket.draft.node.empty()) ticket.draft.node = excerpt(short_name(item), 100);
  }
  ticket.draft.correlation_id = "log:" + hash_text(title + '\n' + all);
  return ticket;
}

}  // namespace

Weight weight_of(int severity) noexcept {
  constexpr std::array<Weight, 5> k_weights{Weight{"High", "High"}, Weight{"High", "Medium"},
                                            Weight{"Medium", "Medium"}, Weight{"Medium", "Low"},
                                            Weight{"Low", "Low"}};
  return k_weights.at(static_cast<std::size_t>(std::clamp(severity, 0, 4)));
}

int event_severity_of(int severity) noexcept {
  constexpr std::array<int, 5> k_severities{1, 2, 4, 4, 5};
  return k_severities.at(static_cast<std::size_t>(std::clamp(severity, 0, 4)));
}

std::vector<Ticket> tickets_of(const Alert& alert, Per per) {
  std::vector<Ticket> tickets;
  if (per == Per::ci) tickets = per_ci(alert);
  if (per == Per::row) tickets = per_row(alert);
  if (!tickets.empty()) return tickets;
  Ticket whole = whole_ticket(alert);
  if (per == Per::rule) {
    whole.draft.correlation_id =
        "rule:" + hash_text(to_lower(whole.rule) +
                            (alert.subscription.empty() ? "" : "\n" + alert.subscription));
  }
  return {std::move(whole)};
}

std::vector<Ticket> tickets_of(const Rows& rows, const std::string& title, RowsPer per) {
  std::vector<Ticket> tickets;
  if (per == RowsPer::all) {
    if (!rows.rows.empty()) tickets.push_back(row_ticket(rows, title));
    return tickets;
  }
  for (const auto& row : rows.rows) tickets.push_back(row_ticket({rows.columns, {row}}, title));
  return tickets;
}

}  // namespace itsmc::alerts
