#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "partners/intake_contract.hpp"

namespace itsmc::test {

inline constexpr const char* k_correlation_id = "0f6a1c1e-9d3b-4c9e-8a52-5d7e0b1a2c3d";

/// A world, its intake and the draft that carries an id: what nearly every section begins with.
struct Scene {
  Scene(const MakeWorld& make, const IntakeWish& wanted)
      : wish(wanted), world(make()), intake(open_intake(*world, wish)), draft(wish.draft) {
    draft.type = wish.type;
    draft.correlation_id = k_correlation_id;
  }
  [[nodiscard]] bool order(WriteFault fault, const std::string& count = ";count=1") const {
    const std::string text = wish.fault ? wish.fault(fault) : std::string();
    if (text.empty()) return false;
    world->fault(text + count);
    return true;
  }
  [[nodiscard]] std::vector<FoundItem> found(const std::string& id = k_correlation_id) const {
    return intake->find(wish.type, id, {});
  }
  [[nodiscard]] std::vector<Ticket> truth() const { return tickets(*world, wish.type); }
  [[nodiscard]] std::vector<SentWrite> sent() const { return sent_writes(*world, wish); }

  IntakeWish wish;
  std::unique_ptr<SimWorld> world;
  std::unique_ptr<partners::Intake> intake;
  ItemDraft draft;
};

inline bool has_text(const std::vector<std::string>& texts, const std::string& part) {
  return std::any_of(texts.begin(), texts.end(),
                     [&](const std::string& text) { return text.find(part) != std::string::npos; });
}

/// Looking for configuration items, making them and linking them: a part of the contract.
void check_ci_contract(const MakeWorld& make, const IntakeWish& wish);

}  // namespace itsmc::test
