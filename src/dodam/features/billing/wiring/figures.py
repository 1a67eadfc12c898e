"""What staff see of all payments together, and of prices that are about to rise."""

from dodam.features.accounts.service.reporting import AccountReporting
from dodam.features.billing.routes.figures import PaymentFiguresController
from dodam.features.billing.routes.price_increases import PriceIncreasesController
from dodam.features.billing.service.figures import PaymentReports
from dodam.features.billing.service.price_increases import PriceIncreases
from dodam.platform.assembly import Assembly


def wire_figures(assembly: Assembly, reporting: AccountReporting) -> None:
    price_increases = PriceIncreases(assembly.clock)
    assembly.services |= {
        "payment_reports": PaymentReports(assembly.clock, reporting),
        "price_increases": price_increases,
    }
    assembly.routes += [PaymentFiguresController, PriceIncreasesController]
    assembly.chores["remind-of-price-increases"] = ("*/5 * * * *", price_increases.remind)
