"""What shells and battery passports ask for beyond studies."""

from __future__ import annotations

from datetime import date

from tanheng.exchange.supplement import Section


class Shell(Section, frozen=True):
    """The shell that a footprint stands in.

    Attributes:
        asset: global id of the asset (IRI); the first of ``product.ids`` where it is not given.
        shell, submodel: ids (IRI); made from the digest of the assessment where they are not given.
        published: day on which the footprint was published; ``product.valid_from`` where it is not given.
        explanation: address of an explanatory statement.
        rule_operator: who publishes the product category rules; without it they have no place in the submodel.
        rule_link: where they can be read.
    """

    asset: str = ""
    shell: str = ""
    submodel: str = ""
    published: date | None = None
    explanation: str = ""
    rule_operator: str = ""
    rule_link: str = ""


class Passport(Section, frozen=True):
    """Battery passports.

    Attributes:
        performance_class: carbon footprint performance class of the model and plant, ``A`` the best; Regulation (EU) 2023/1542,
            Article 7(2).
        documents: identifiers, in the submodel Handover Documentation, of the public study.
    """

    performance_class: str = ""
    documents: tuple[str, ...] = ()
