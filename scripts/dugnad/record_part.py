"""What the parts of the case record share."""

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """Base of the record's parts."""

    model_config = ConfigDict(extra="forbid", frozen=True)
