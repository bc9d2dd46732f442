"""From a declaration to an archive of ILCD+EPD."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tanheng.errors import ExchangeError
from tanheng.exchange.declaration import Declaration
from tanheng.exchange.epd.checking import check
from tanheng.exchange.epd.common import EF30, EF31, identifier, losses, method_of, opened, published
from tanheng.exchange.epd.ilcd_ids import FORMATS, INDICATORS, NAMES, STANDARDS
from tanheng.exchange.epd.ilcd_sets import Sets, reference
from tanheng.exchange.epd.ilcd_xml import packed
from tanheng.exchange.epd.modules import Module
from tanheng.exchange.epd.results import Indicator, Results, results_of
from tanheng.exchange.epd.section import SECTION, Epd
from tanheng.exchange.needs import demand, known
from tanheng.exchange.protocols import Loss, Written
from tanheng.exchange.supplement import Supplement
from tanheng.exchange.wording import named
from tanheng.footprint.study import Names
from tanheng.formats.ilcdmodel.writing.identity import Kind
from tanheng.formats.ilcdmodel.writing.tree import Made, names

NOT_DECLARED, EXEMPT = "Modules not declared (MND): ", "Modules C and D left out: "
REVIEWS = {"external": "Independent external review", "internal": "Independent internal review"}
METHODS = (EF31, EF30)
_CARRIED = frozenset(["first", "last", "sources", "comment", "ids", "geography"])
_LONGEST = 500


def write(told: Declaration, supplement: Supplement) -> Written:
    """A zip with the process data set of the declaration, and all data sets of its own that it refers to.

    Raises:
        ExchangeError: TH-EXC-010 every value that is needed and not known, TH-EXC-011 another regime, TH-EXC-013 a unit,
            TH-EXC-451 an impact assessment method that the format has no indicators of.
    """
    more = opened(told, supplement)
    demand([(more.kind, "subType", f"{SECTION}.kind"), (told.geography, "location", "study: site")])
    method = method_of(told, more)
    if method not in METHODS:
        raise ExchangeError("TH-EXC-451", found=method, known=", ".join(METHODS))
    results = results_of(told, more)
    sets = Sets()
    tree = _process(told, more, results, sets)
    return Written(
        content=packed([(Kind.PROCESS, identifier(told, more), more.version, tree), *sets.all()]),
        name=f"{identifier(told, more)}.zip",
        media_type="application/zip",
        losses=(*losses(told, results, _CARRIED), *_own_losses(told)),
        objections=check(told, more, results.values),
    )


def _process(told: Declaration, more: Epd, results: Results, sets: Sets) -> Made:
    # Those of whom more than a name is known come first: whoever bears the same name later is the same contact.
    sets.contact(told.maker.names, told.maker)
    sets.contact(named(more.programme), website=more.programme_url)
    product, amount = sets.product(told, more, identifier(told, more))
    return {
        "@version": "1.1",
        "@epd2:epd-version": "1.2",
        "processInformation": _information(told, more, results),
        "modellingAndValidation": _validated(told, more, results, sets),
        "administrativeInformation": _administration(told, more, sets),
        "exchanges": {
            "exchange": {
                "@dataSetInternalID": "0",
                "referenceToFlowDataSet": product,
                "exchangeDirection": "Output",
                "meanAmount": repr(amount),
                "resultingAmount": repr(amount),
            }
        },
        "LCIAResults": {"LCIAResult": list(_results(results, method_of(told, more), sets))},
    }


def _information(told: Declaration, more: Epd, results: Results) -> Made:
    told_more: Made = {
        "epd:scenarios": {
            "epd:scenario": [
                {"@epd:name": one.module.value, "epd:description": names_of(one.text)} for one in more.scenarios
            ]
        },
        "epd:modules": {"epd:module": [{"@epd:name": module.value} for module in results.declared]},
    }
    if more.service_life is not None:
        told_more["epd3:referenceServiceLife"] = {
            "@epd3:years": repr(more.service_life),
            "epd3:comment": names_of(more.service_life_text),
        }
    told_more["epd3:productIds"] = {"epd3:productId": list(told.ids)}
    first, last, until = told.first, told.last, known(told.valid_until)
    return {
        "dataSetInformation": {
            "common:UUID": identifier(told, more),
            "name": {"baseName": names(told.names)},
            "classificationInformation": {"common:classification": [_class(*one) for one in told.codes.items()]},
            "common:generalComment": names_of(told.description),
            "common:other": told_more,
        },
        "quantitativeReference": {"@type": "Reference flow(s)", "referenceToReferenceFlow": "0"},
        "time": {
            "common:referenceYear": str((last or known(published(told, more))).year),
            "common:dataSetValidUntil": str(until.year),
            "common:timeRepresentativenessDescription": names_of({"en": f"{first}/{last}"} if first and last else {}),
            "common:other": {
                "epd2:publicationDateOfEPD": str(published(told, more)),
                "epd3:expirationDateOfEPD": str(until),
            },
        },
        "geography": {"locationOfOperationSupplyOrProduction": {"@location": told.geography}},
        "technology": {
            "technologyDescriptionAndIncludedProcesses": names_of(more.technology),
            "technologicalApplicability": names_of(more.usage),
        },
    }


def _class(scheme: str, code: str) -> Made:
    return {"@name": scheme, "common:class": {"@level": "0", "@classId": code, "#text": code}}


def _validated(told: Declaration, more: Epd, results: Results, sets: Sets) -> Made:
    pcr = sets.source(more.pcr, citation=_citation(more), issuer=more.pcr_issuer)
    verifier = named(more.verifier) or (told.verified.body if told.verified is not None else {})
    kind = more.verification or ("external" if told.verified is not None else None)
    review: Made = {}
    if kind is not None:
        review["@type"] = REVIEWS[kind]
        review["common:referenceToNameOfReviewerAndInstitution"] = sets.contact(verifier) if verifier else {}
    return {
        "LCIMethodAndAllocation": {
            "typeOfDataSet": "EPD",
            "referenceToLCAMethodDetails": pcr,
            "common:other": {"epd:subType": f"{more.kind} dataset"},
        },
        "dataSourcesTreatmentAndRepresentativeness": {
            "referenceToDataSource": [sets.source(one) for one in dict.fromkeys(told.sources)],
            "useAdviceForDataSet": names_of(_advice(told, more, results)),
            "common:other": _manufacturer(told, more, sets),
        },
        "validation": {"review": review},
        "complianceDeclarations": {
            "compliance": [
                {
                    "common:referenceToComplianceSystem": _standard(one, method_of(told, more), sets),
                    "common:approvalOfOverallCompliance": "Not defined",
                }
                for one in more.compliance
            ]
        },
    }


def _manufacturer(told: Declaration, more: Epd, sets: Sets) -> Made:
    """Beside the owner of the declaration, where that is somebody else."""
    if not more.owner:
        return {}
    maker = sets.contact(told.maker.names, told.maker)
    return {"epd3:manufacturers": {"epd3:manufacturer": {"@epd3:isProvidingData": "true", "epd3:contact": maker}}}


def _citation(more: Epd) -> str:
    return f"{more.pcr}, {more.pcr_version}" if more.pcr_version else ""


def _standard(name: str, method: str, sets: Sets) -> Made:
    """Standards that the format has data sets of keep their names and ids; EN 15804+A2 has one for each method."""
    official = f"{name} ({method})" if f"{name} ({method})" in STANDARDS else name
    return sets.source(official, identifier=STANDARDS.get(official, ""))


def _advice(told: Declaration, more: Epd, results: Results) -> Names:
    """What stands in no field of its own: modules that are not declared, and why; comments."""
    lines = []
    if results.not_declared:
        lines.append(NOT_DECLARED + ", ".join(results.not_declared))
    if more.exempt:
        lines.append(EXEMPT + more.exempt)
    comment = named(told.comment)
    lines += [comment["en"]] if "en" in comment else []
    return {"en": "\n\n".join(lines), **{lang: text for lang, text in comment.items() if lang != "en"}}


def _administration(told: Declaration, more: Epd, sets: Sets) -> Made:
    maker = sets.contact(told.maker.names, told.maker)
    operator = sets.contact(named(more.programme), website=more.programme_url)
    developer = sets.contact(named(more.developer)) if more.developer else {}
    return {
        "dataGenerator": {"common:referenceToPersonOrEntityGeneratingTheDataSet": developer},
        "dataEntryBy": {
            "common:referenceToDataSetFormat": [sets.source(name, identifier=one) for name, one in FORMATS.items()],
            "common:referenceToPersonOrEntityEnteringTheData": developer,
        },
        "publicationAndOwnership": {
            "common:dataSetVersion": more.version,
            "common:permanentDataSetURI": more.link,
            "common:referenceToRegistrationAuthority": operator,
            "common:registrationNumber": more.registration,
            "common:referenceToOwnershipOfDataSet": sets.contact(named(more.owner)) if more.owner else maker,
            "common:other": {"epd2:referenceToPublisher": operator},
        },
    }


def _results(results: Results, method: str, sets: Sets) -> Iterator[Made]:
    ids: Mapping[Indicator, str] = INDICATORS[method]
    for kind, found in results.values.items():
        amounts: list[Made] = [
            {"@epd:module": module.value, "#text": repr(value)} for module, value in found.items() if module in Module
        ]
        said = "LCIA method data set"
        yield {
            "referenceToLCIAMethodDataSet": reference(
                said, ids[kind], {"en": NAMES[kind]}, "01.00.000", f"../lciamethods/{ids[kind]}.xml"
            ),
            "common:other": {"epd:amount": amounts, "epd:referenceToUnitGroupDataSet": sets.gwp_units()},
        }


def names_of(texts: Mapping[str, Any]) -> list[Made]:
    """Texts of any length by language."""
    return [{"@xml:lang": lang, "#text": text} for lang, text in texts.items() if text]


def _own_losses(told: Declaration) -> Iterator[Loss]:
    for path, texts in (("names", told.names), ("maker.names", told.maker.names)):
        if any(len(text) > _LONGEST for text in texts.values()):
            yield Loss("shortened", path, {"length": _LONGEST})
    if told.verified is not None and told.verified.link:
        yield Loss("no-field", "verified.link")
