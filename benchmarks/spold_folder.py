"""A folder of EcoSpold 2 data sets in the shape of ecoinvent 3: ``python benchmarks/spold_folder.py FOLDER --datasets 20000``.

Made up, no licensed data, the same bytes every time. A data set has one product, inputs from other data sets (four of
seven exchanges) and emissions, each with what such files carry along: properties of every product, classifications,
uncertainty with scores, synonyms, comments; and documentation of some thousand characters. With 35 exchanges a file
comes to about 100 kB, of which properties and their names, repeated with every use of a product, are more than half.
"""

from __future__ import annotations

import argparse
import random
import uuid
from dataclasses import dataclass
from pathlib import Path

NAMESPACE = "http://www.EcoInvent.org/EcoSpold02"
_TEXT = (
    "heat electricity steel concrete clinker transport lorry wheat maize diesel copper aluminium sheet casting rolling "
    "drying treatment production market for medium voltage low sulfur wood chips polymer resin glass fibre cell module "
    "construction maintenance facility storage mining beneficiation refining oxide sulfate chloride hydroxide"
)
_WORDS = tuple(_TEXT.split())
_PLACES = ("CN", "GLO", "RoW", "RER", "CN-GD", "CN-SC", "US", "IN", "BR", "DE")
_UNITS = ("kg", "kWh", "MJ", "m3", "t*km", "unit")
_PROPERTIES = (
    ("carbon content, fossil", "dimensionless"),
    ("carbon content, non-fossil", "dimensionless"),
    ("carbon allocation", "kg"),
    ("dry mass", "kg"),
    ("wet mass", "kg"),
    ("water content", "dimensionless"),
    ("water in wet mass", "kg"),
    ("price", "EUR2005"),
    ("heating value, net", "MJ"),
)
_AIR = ("urban air close to ground", "non-urban air or from high stacks", "unspecified")


@dataclass(frozen=True, slots=True)
class _Texts:
    """Parts of documents that are the same wherever a flow is used."""

    products: list[tuple[str, str]]  # attributes; names, properties and classifications
    emissions: list[tuple[str, str]]
    sentences: list[str]


def write_folder(folder: Path, *, datasets: int, exchanges: int = 35, seed: int = 1) -> int:
    """Write the data sets; bytes in all. A folder that is complete already is left as it is."""
    done = folder / ".complete"
    told = f"2 {datasets} {exchanges} {seed}"
    if done.exists() and done.read_text(encoding="utf-8") == told:
        return sum(path.stat().st_size for path in folder.glob("*.spold"))
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.spold"):
        old.unlink()
    draw = random.Random(seed)  # noqa: S311 - made-up data
    activities = [_id(draw) for _ in range(datasets)]
    flows = [_id(draw) for _ in range(datasets)]
    texts = _texts(flows, draw)
    size = 0
    for number, (activity, flow) in enumerate(zip(activities, flows, strict=True)):
        content = _dataset(number, activities, texts, exchanges, draw).encode()
        (folder / f"{activity}_{flow}.spold").write_bytes(content)
        size += len(content)
    done.write_text(told, encoding="utf-8")
    return size


def _id(draw: random.Random) -> str:
    return str(uuid.UUID(int=draw.getrandbits(128), version=4))


def _texts(flows: list[str], draw: random.Random) -> _Texts:
    ids = [_id(draw) for _ in _PROPERTIES]
    sentences = [" ".join(draw.choices(_WORDS, k=14)).capitalize() + "." for _ in range(2000)]
    products = []
    for number, flow in enumerate(flows):
        properties = "".join(
            f'<property propertyId="{ids[i]}" amount="{draw.uniform(0, 2):.6g}" unitId="{ids[i]}">'
            f'<name xml:lang="en">{name}</name><unitName xml:lang="en">{unit}</unitName></property>'
            for i, (name, unit) in enumerate(_PROPERTIES)
        )
        name = f"{' '.join(draw.choices(_WORDS, k=4))} {number}"
        classes = "".join(
            f'<classification classificationId="{draw.choice(ids)}"><classificationSystem xml:lang="en">{system}'
            f'</classificationSystem><classificationValue xml:lang="en">{value}</classificationValue></classification>'
            for system, value in (
                ("By-product classification", "allocatable product"),
                ("CPC", f"{draw.randrange(10**4, 10**5)}: {' '.join(draw.choices(_WORDS, k=5))}"),
            )
        )
        unit = _UNITS[number % len(_UNITS)]
        attributes = f'unitId="{ids[number % len(ids)]}" intermediateExchangeId="{flow}"'
        inside = f'<name xml:lang="en">{name}</name><unitName xml:lang="en">{unit}</unitName>'
        products.append((attributes, f"{inside}\0{properties}{classes}"))
    emissions = []
    for number in range(2000):
        name = (
            "Carbon dioxide, fossil" if number == 0 else f"{' '.join(draw.choices(_WORDS, k=2)).capitalize()} {number}"
        )
        attributes = f'unitId="{ids[0]}" elementaryExchangeId="{_id(draw)}" casNumber="000124-38-9"'
        inside = f'<name xml:lang="en">{name}</name><unitName xml:lang="en">kg</unitName>'
        compartment = (
            f'<compartment subcompartmentId="{ids[1]}"><compartment xml:lang="en">air</compartment>'
            f'<subcompartment xml:lang="en">{_AIR[number % 3]}</subcompartment></compartment>'
        )
        synonyms = "".join(f'<synonym xml:lang="en">{name}, {word}</synonym>' for word in draw.choices(_WORDS, k=2))
        properties = "".join(
            f'<property propertyId="{ids[i]}" amount="{draw.uniform(0, 1):.6g}" unitId="{ids[i]}"><name xml:lang="en">'
            f'{_PROPERTIES[i][0]}</name><unitName xml:lang="en">{_PROPERTIES[i][1]}</unitName></property>'
            for i in range(2)
        )
        emissions.append((attributes, f"{inside}\0{synonyms}{properties}{compartment}"))
    return _Texts(products, emissions, sentences)


def _exchange(kind: str, attributes: str, inside: str, group: str, texts: _Texts, draw: random.Random) -> str:
    head, rest = inside.split("\0")
    amount = draw.lognormvariate(-5, 1.2)  # no loop eats what it makes
    if group.startswith("<outputGroup>0"):
        amount, spread = 1.0, ""
    else:
        spread = (
            f'<uncertainty><lognormal meanValue="{amount:.10g}" mu="{draw.uniform(-9, 0):.4g}" variance="0.0006" '
            'varianceWithPedigreeUncertainty="0.0302"/><pedigreeMatrix reliability="2" completeness="3" '
            'temporalCorrelation="4" geographicalCorrelation="3" furtherTechnologyCorrelation="1"/><comment '
            f'xml:lang="en">{draw.choice(texts.sentences)}</comment></uncertainty>'
        )
    comment = f'<comment xml:lang="en">{draw.choice(texts.sentences)}</comment>'
    return (
        f'<{kind} id="{_id(draw)}" {attributes} amount="{amount:.10g}">{head}{comment}{spread}{rest}{group}</{kind}>\n'
    )


def _flow_data(number: int, activities: list[str], texts: _Texts, exchanges: int, draw: random.Random) -> str:
    attributes, inside = texts.products[number]
    volume = f'{attributes} productionVolumeAmount="{draw.uniform(1, 1e9):.6g}"'
    found = [_exchange("intermediateExchange", volume, inside, "<outputGroup>0</outputGroup>", texts, draw)]
    for _ in range(round(exchanges * 4 / 7) - 1):
        other = int(len(activities) * draw.random() ** 3)  # some are taken by many
        attributes, inside = texts.products[other]
        linked = f'{attributes} activityLinkId="{activities[other]}"'
        found.append(_exchange("intermediateExchange", linked, inside, "<inputGroup>5</inputGroup>", texts, draw))
    # One of two emits carbon dioxide, so that there are footprints to compute.
    chosen = draw.sample(range(1, len(texts.emissions)), exchanges - len(found) - 1)
    for index in (0, *chosen):
        attributes, inside = texts.emissions[index]
        found.append(_exchange("elementaryExchange", attributes, inside, "<outputGroup>4</outputGroup>", texts, draw))
    return "".join(found)


def _dataset(number: int, activities: list[str], texts: _Texts, exchanges: int, draw: random.Random) -> str:
    def text(count: int) -> str:
        return " ".join(draw.choices(texts.sentences, k=count))

    def long(count: int) -> str:
        return "".join(f'<text xml:lang="en" index="{i}">{text(4)}</text>' for i in range(1, count + 1))

    name = " ".join(draw.choices(_WORDS, k=5))
    sources = "".join(
        f'<source id="{_id(draw)}" sourceType="2" year="20{i:02}" firstAuthor="{draw.choice(_WORDS)}" title="{text(1)}" '
        'shortenedTitle="-" placeOfPublications="-"/>'
        for i in range(3)
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<ecoSpold xmlns="{NAMESPACE}"><activityDataset><activityDescription>
<activity id="{activities[number]}" activityNameId="{_id(draw)}" type="1" specialActivityType="0" inheritanceDepth="0">
<activityName xml:lang="en">{name} {number}</activityName><synonym xml:lang="en">{name}</synonym>
<includedActivitiesStart xml:lang="en">{text(1)}</includedActivitiesStart>
<includedActivitiesEnd xml:lang="en">{text(2)}</includedActivitiesEnd><generalComment>{long(3)}</generalComment></activity>
<classification classificationId="{_id(draw)}"><classificationSystem xml:lang="en">ISIC rev.4 ecoinvent</classificationSystem>
<classificationValue xml:lang="en">{2000 + number % 700}: {" ".join(draw.choices(_WORDS, k=4))}</classificationValue>
</classification><geography geographyId="{_id(draw)}"><shortname xml:lang="en">{draw.choice(_PLACES)}</shortname>
<comment>{long(1)}</comment></geography><technology technologyLevel="3"><comment>{long(2)}</comment></technology>
<timePeriod startDate="2010-01-01" endDate="2026-12-31" isDataValidForEntirePeriod="true"><comment>{long(1)}</comment>
</timePeriod><macroEconomicScenario macroEconomicScenarioId="{_id(draw)}"><name xml:lang="en">Business-as-Usual</name>
</macroEconomicScenario>
</activityDescription><flowData>
{_flow_data(number, activities, texts, exchanges, draw)}</flowData><modellingAndValidation>
<representativeness systemModelId="{_id(draw)}"><systemModelName xml:lang="en">Allocation, cut-off</systemModelName>
<samplingProcedure xml:lang="en">{text(2)}</samplingProcedure><extrapolations xml:lang="en">{text(2)}</extrapolations>
</representativeness></modellingAndValidation><administrativeInformation>
<dataEntryBy personId="{_id(draw)}" personName="A" personEmail="a@example.org"/>
<dataGeneratorAndPublication personId="{_id(draw)}" personName="B" personEmail="b@example.org" dataPublishedIn="0"
 isCopyrightProtected="true" accessRestrictedTo="1"/><fileAttributes majorRelease="3" minorRelease="0" majorRevision="1"
 minorRevision="0" internalSchemaVersion="1.0" defaultLanguage="en" creationTimestamp="2020-01-01T00:00:00"
 lastEditTimestamp="2020-01-01T00:00:00" fileGenerator="benchmarks"/></administrativeInformation>
</activityDataset><usedUserMasterData xmlns="{NAMESPACE}"><sources>{sources}</sources></usedUserMasterData></ecoSpold>
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--datasets", type=int, default=20_000)
    parser.add_argument("--exchanges", type=int, default=35, help="of each data set")
    given = parser.parse_args()
    size = write_folder(given.folder, datasets=given.datasets, exchanges=given.exchanges)
    print(f"{given.datasets:,} data sets, {size / given.datasets / 1e3:.0f} kB each, {size / 2**20:,.0f} MB")


if __name__ == "__main__":
    main()
