"""A plan that the area where she lives keeps a copy of."""

from contracts.plans import ContactNamed
from services.plans.cases import commands as cases
from services.plans.client_plans import commands as plans
from tests.services.conversation import hear, said
from tests.services.plans.area import PlansArea
from tests.services.plans.handoffs import dossier, received
from tests.services.plans.planning import Planning, drafted


async def lives_in_with_plan(placing: PlansArea, residence: PlansArea) -> Planning:
    """Her case in the residence area, with the placing area's plan as it was published."""
    home, *_ = await drafted(placing)
    await home.publish()
    worker_id = await residence.worker()
    await hear(residence.service, received(dossier()))
    [named] = await said(residence.service, ContactNamed)
    async with placing.service.work() as work:
        copy = await plans.copy_for(work, home.case_id)
    assert copy is not None
    async with residence.service.work() as work:
        await plans.adopt(work, (await cases.require_open(work, named.case_id)).case, copy)
    return Planning(residence, named.case_id, worker_id, named.person_id)
