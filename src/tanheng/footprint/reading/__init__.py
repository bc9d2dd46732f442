"""Reading and writing studies: YAML and workbook, one plain document in between, every fault at once with its place."""

from tanheng.footprint.reading.building import study_from_document
from tanheng.footprint.reading.files import read_study, write_study
from tanheng.footprint.reading.schema import study_schema
from tanheng.footprint.reading.template import new_study
from tanheng.footprint.reading.writing import study_document

__all__ = ["new_study", "read_study", "study_document", "study_from_document", "study_schema", "write_study"]
