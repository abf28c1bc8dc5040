"""STS operations that look something up: the account of an access key, the details of a denial."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.errors import Row
from mocks3.model.operation import operation
from mocks3.model.permissions import ACCOUNT, Need
from mocks3.rules import authorization_messages
from mocks3.storage.iam import SessionRecord
from mocks3.sts.sessions import VALIDATION_ERROR

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized

# API_DecodeAuthorizationMessage, "Errors"; the sentence as users report it.
INVALID_MESSAGE = Row("InvalidAuthorizationMessageException", 400, "Message is not valid")


@operation(Need("sts:GetAccessKeyInfo", ACCOUNT), service="sts")
def get_access_key_info(call: Authorized, params: Params) -> Params:
    """Return the account of an access key, also of an inactive or temporary one [API_GetAccessKeyInfo].

    Raises ``ValidationError`` for a key that mocks3 did not issue; the code and the sentence are inferred.
    """
    iam = call.world.iam
    key = iam.key(params["AccessKeyId"])
    holder = None if key is None else key.holder
    account = holder.account if isinstance(holder, SessionRecord) else None
    if isinstance(holder, str):
        user = iam.principal(holder)
        account = user.account if user is not None else holder if iam.account(holder) else None
    if account is None:
        raise VALIDATION_ERROR(message=f"Invalid access key id: {params['AccessKeyId']}")
    return {"Account": account}


@operation(Need("sts:DecodeAuthorizationMessage", ACCOUNT), service="sts")
def decode_authorization_message(call: Authorized, params: Params) -> Params:
    """Return the document in an encoded authorization message [API_DecodeAuthorizationMessage].

    ``decision.encoded_message`` returns such messages. Raises ``InvalidAuthorizationMessageException``.
    """
    try:
        return {"DecodedMessage": authorization_messages.decode(params["EncodedMessage"])}
    except ValueError:
        raise INVALID_MESSAGE() from None
