#include "client/alert_inputs.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "itsmc/alerts/match.hpp"
#include "itsmc/client/workspaces.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::client {
namespace {

constexpr std::array<std::pair<std::string_view, alerts::Per>, 4> k_per{
    {{"alert", alerts::Per::alert},
     {"rule", alerts::Per::rule},
     {"ci", alerts::Per::ci},
     {"row", alerts::Per::row}}};

alerts::Per per_of(const Recipe& recipe) {
  for (const auto& [word, per] : k_per) {
    if (word == recipe.per) return per;
  }
  return alerts::Per::alert;
}

/// What the user says wins over what the alert means.
void lay_over(const ItemDraft& over, CreationRequest& request) {
  ItemDraft& draft = request.draft;
  draft.type = over.type;
  for (std::string ItemDraft::*field :
       {&ItemDraft::title, &ItemDraft::description, &ItemDraft::urgency, &ItemDraft::impact,
        &ItemDraft::category, &ItemDraft::severity, &ItemDraft::template_name,
        &ItemDraft::correlation_id}) {
    if (!(over.*field).empty()) draft.*field = over.*field;
  }
  for (const auto& assignment : over.set) draft.set.push_back(assignment);
  // Urgency and impact of a template, or of the user's own, are not to be overruled by a guess.
  if (!over.template_name.empty() && over.urgency.empty()) draft.urgency.clear();
  if (!over.template_name.empty() && over.impact.empty()) draft.impact.clear();
  if (over.urgency.empty() && over.impact.empty()) {
    request.weights = CreationRequest::Weights::guessed;
  }
}

CreationInput input_of(alerts::Ticket ticket, const Recipe& recipe) {
  CreationInput input{.connection = recipe.connection};
  CreationRequest& request = input.request;
  request.draft = std::move(ticket.draft);
  request.cis = std::move(ticket.cis);
  request.alert_id = std::move(ticket.alert_id);
  request.rule = std::move(ticket.rule);
  request.fired_at = ticket.fired_at;
  request.occasion =
      ticket.over ? CreationRequest::Occasion::over : CreationRequest::Occasion::opened;
  request.again = request.alert_id.empty() ? CreationRequest::Again::same_item
                                           : CreationRequest::Again::new_item;
  request.gathering = recipe.per == "rule" ? CreationRequest::Gathering::many_alerts
                                           : CreationRequest::Gathering::one_alert;
  request.on_resolve = recipe.on_resolve;
  request.note = std::move(ticket.note);
  request.resolve_set = recipe.resolve_set;
  lay_over(recipe.over, request);
  return input;
}

std::vector<CreationInput> inputs_of(const alerts::Rows& rows, const Recipe& recipe) {
  const std::string title = recipe.over.title.empty() ? "Log records" : recipe.over.title;
  const auto per = recipe.per == "row" ? alerts::RowsPer::row : alerts::RowsPer::all;
  std::vector<CreationInput> inputs;
  for (alerts::Ticket& ticket : alerts::tickets_of(rows, title, per)) {
    inputs.push_back(input_of(std::move(ticket), recipe));
  }
  return inputs;
}

std::string text_of(const sinks::QueryValue& value) {
  using Kind = sinks::QueryValue::Kind;
  switch (value.kind) {
    case Kind::null:
      return {};
    case Kind::integer:
      return std::to_string(value.integer);
    case Kind::flag:
      return value.integer != 0 ? "true" : "false";
    case Kind::real:
      return fmt::format("{}", value.real);
    case Kind::text:
      return value.text;
  }
  return {};
}

/// "alert ID of rule "CPU": severity<=2", or nothing where all terms hold.
std::string misfit_of(const alerts::Alert& alert, const std::vector<MatchTerm>& match) {
  std::vector<std::string> terms;
  for (const MatchTerm& term : match) {
    Action one;
    one.match = {term};
    if (!alerts::matches(one, alert)) terms.push_back(term.key + term.sign + term.value);
  }
  if (terms.empty()) return {};
  return fmt::format("alert {} of rule \"{}\": {}", alert.id, excerpt(alert.rule, 80),
                     join(terms, ", "));
}

/// The same failure with the place before it, and what the input should be where it does not say.
Error at_place(Error error, const std::string& place, std::string_view wanted) {
  error.while_doing(place);
  if (error.hint().empty()) error.with_hint(std::string(wanted));
  return error;
}

}  // namespace

std::vector<CreationInput> inputs_of(const alerts::Alert& alert, const Recipe& recipe) {
  std::vector<CreationInput> inputs;
  for (alerts::Ticket& ticket : alerts::tickets_of(alert, per_of(recipe))) {
    inputs.push_back(input_of(std::move(ticket), recipe));
  }
  return inputs;
}

Recipe recipe_of(const Action& action) {
  Recipe recipe{.connection = action.connection,
                .over = {},
                .per = action.per,
                .on_resolve = parse_on_resolve(action.on_resolve).value_or(OnResolve::resolve),
                .resolve_set = action.resolve_set};
  recipe.over.type = action.type;
  recipe.over.urgency = action.urgency;
  recipe.over.impact = action.impact;
  recipe.over.category = action.category;
  recipe.over.template_name = action.template_name;
  recipe.over.set = action.set;
  return recipe;
}

std::optional<OnResolve> parse_on_resolve(std::string_view word) noexcept {
  if (word == "resolve") return OnResolve::resolve;
  if (word == "comment") return OnResolve::comment;
  if (word == "nothing") return OnResolve::nothing;
  return std::nullopt;
}

AlertInputs inputs_of_alerts(std::string_view payload, const std::string& place,
                             const Recipe& recipe, const std::vector<MatchTerm>& match) {
  AlertInputs read;
  try {
    for (const alerts::Alert& alert : alerts::read_alerts(payload)) {
      for (CreationInput& input : inputs_of(alert, recipe)) read.inputs.push_back(std::move(input));
      std::string misfit = misfit_of(alert, match);
      if (!misfit.empty()) read.misfits.push_back(std::move(misfit));
    }
  } catch (const Error& error) {
    throw at_place(error, place, "give the whole payload, as Azure posts it");
  }
  return read;
}

std::vector<CreationInput> inputs_of_rows(std::string_view text, const std::string& place,
                                          const Recipe& recipe) {
  try {
    return inputs_of(alerts::read_log_rows(text), recipe);
  } catch (const Error& error) {
    throw at_place(error, place,
                   "give a JSON array of objects, objects a line, or a query's answer");
  }
}

std::vector<CreationInput> inputs_of_query(const Platform& platform, const std::string& workspace,
                                           const std::string& kql, const Recipe& recipe) {
  const sinks::QueryAnswer answer = query_workspace(platform, workspace, kql, QueryOver::table);
  // Half of the rows would be work items for half of the trouble, and look like all of it.
  if (answer.partial) throw Error(*answer.partial);
  alerts::Rows rows{answer.columns, {}};
  for (const auto& row : answer.rows) {
    std::vector<std::string> texts;
    texts.reserve(row.size());
    for (const auto& value : row) texts.push_back(text_of(value));
    rows.rows.push_back(std::move(texts));
  }
  return inputs_of(rows, recipe);
}

}  // namespace itsmc::client
