"""The models that the calls of a job go to, with the keys that they are sent with."""

from collections.abc import Mapping
from typing import Any

from access.projects import check
from access.rights import PAY
from errors import ForbiddenError
from jobs.model import Call, find_call, project_of
from providers import kept_keys
from providers.contract import TaskModel
from providers.errors import ProviderError
from providers.models import vendor_of
from providers.offers import server_key
from providers.registry import TASK_MODELS, Choice, Model, ModelOf
from schemas.ai import Role
from settings.config import Settings
from storage.store import Store

_KEY_IS_GONE = (
    "The kept key of {} that this job was to use is gone: it was deleted, or its project was handed"
    " over. The server's own key is not used instead"
)


class CalledModels:
    """The models of a job; a running job inherits from it. `keys` are the request's, by role."""

    store: Store
    settings: Settings
    keys: Mapping[str, str]  # never stored

    @property
    def job(self) -> Mapping[str, Any]:
        """The current job document, read-only."""
        raise NotImplementedError

    def call(self, call_id: str) -> Call:
        """Return the current state of a call."""
        return find_call(self.job, call_id)

    def model(self, model_of: ModelOf[Model], call_id: str) -> Model:
        """Return the model of a call; `model_of` is the function of its role in the registry."""
        return model_of(*self._choice(call_id), self.settings)

    def task_model(self, call_id: str) -> TaskModel[Any]:
        """Return the model of a call that has a task at its provider."""
        return self.model(TASK_MODELS[self.call(call_id)["role"]], call_id)

    def user_key(self, call: Call) -> str:
        """Return the key for a call that is not the server's; "" if there is none.

        That is the request's, or one that is kept now, by the user or for the project.
        """
        given = self.keys.get(call["role"])
        return given or kept_keys.find(self.store, self._keepers, call["provider"])

    def payer(self, call: Call) -> str:
        """Return the id of the user or the project whose key a call uses; "" for the server."""
        if self.keys.get(call["role"]):
            return str(self.job["userId"])
        holder = kept_keys.holder(self.store, self._keepers, call["provider"])
        return holder.id if holder else ""

    def check_payment(self) -> None:
        """Raise NotFoundError, ForbiddenError if the user may not start paid calls now."""
        if self.store.users.snapshot(self.job["userId"]).values.get("disabled"):
            raise ForbiddenError("The account is disabled")
        project_id = project_of(self.job)
        if project_id is not None:
            check(self.store, project_id, self.job["userId"], PAY)

    @property
    def _keepers(self) -> tuple[kept_keys.Keeper, ...]:
        return kept_keys.keepers_of(self.store, self.job["userId"], project_of(self.job))

    def _choice(self, call_id: str) -> tuple[Choice, str]:
        call = self.call(call_id)
        key = self.user_key(call) or self._server_key(call["provider"])
        role: Role = call["role"]
        return Choice(role, call["provider"], call["model"]), key

    def _server_key(self, provider: str) -> str:
        """Return the server's key; not for a job that was ordered to use another one.

        Raises ProviderError.
        """
        if vendor_of(provider) in self.job.get("keptKeys", ()):
            raise ProviderError(provider, _KEY_IS_GONE.format(vendor_of(provider)))
        caller = kept_keys.caller(self.store, self.job["userId"], project_of(self.job))
        return server_key(provider, self.settings, caller)
