import pytest

from checks.routes import check
from tests.unit.checks.conftest import Ask

API = "services/plans/cases/api.py"


@pytest.mark.parametrize("verb", ["get", "post", "put", "patch", "delete"])
def test_a_route_that_names_no_permission_is_caught(lines_against: Ask, verb: str) -> None:
    source = f"""
    @router.{verb}("/cases/{{case_id}}")
    async def handle(work: InWork, case_id: UUID) -> CaseView:
        ...
    """
    assert lines_against(check, source, path=API) == [1]


def test_a_permission_among_the_dependencies_of_the_route_passes(lines_against: Ask) -> None:
    source = """
    @router.get("/cases", dependencies=[allow(Permission.READ_CASE)])
    async def list_cases(work: InWork) -> list[CaseView]:
        ...
    """
    assert lines_against(check, source, path=API) == []


def test_a_permission_beside_the_principal_passes(lines_against: Ask) -> None:
    source = """
    @router.get("/cases")
    async def list_cases(principal: Annotated[Principal, allow(permissions.Permission.READ_CASE)]) -> list[CaseView]:
        ...
    """
    assert lines_against(check, source, path=API) == []


def test_an_annotation_named_in_the_same_file_passes(lines_against: Ask) -> None:
    source = """
    Reader = Annotated[Principal, allow(Permission.READ_CASE)]

    @router.get("/cases")
    async def list_cases(reader: Reader) -> list[CaseView]:
        ...
    """
    assert lines_against(check, source, path=API) == []


def test_an_annotation_from_elsewhere_hides_the_permission(lines_against: Ask) -> None:
    source = """
    from services.plans.permissions import Reader

    @router.get("/cases")
    async def list_cases(reader: Reader) -> list[CaseView]:
        ...
    """
    assert lines_against(check, source, path=API) == [3]


@pytest.mark.parametrize("guard", ["allow()", "allow('case.read')", "Depends(allow)", "allow", "permit(Permission.X)"])
def test_what_only_looks_like_a_permission_is_caught(lines_against: Ask, guard: str) -> None:
    source = f"""
    @router.get("/cases", dependencies=[{guard}])
    async def list_cases() -> None:
        ...
    """
    assert lines_against(check, source, path=API) == [1]


def test_a_permission_of_the_whole_router_does_not_count(lines_against: Ask) -> None:
    source = """
    router = APIRouter(dependencies=[allow(Permission.READ_CASE)])

    @router.get("/cases")
    async def list_cases() -> None:
        ...
    """
    assert lines_against(check, source, path=API) == [3]


def test_each_of_two_routes_on_one_function_is_asked(lines_against: Ask) -> None:
    source = """
    @router.get("/cases", dependencies=[allow(Permission.READ_CASE)])
    @router.get("/old-cases")
    async def list_cases() -> None:
        ...
    """
    assert lines_against(check, source, path=API) == [2]


def test_a_route_added_without_a_decorator_is_caught(lines_against: Ask) -> None:
    assert lines_against(check, 'app.add_api_route("/cases", list_cases)', path=API) == [1]


def test_a_probe_of_the_chassis_is_public_with_a_reason(lines_against: Ask) -> None:
    source = """
    @app.get("/health/live", dependencies=[public("probes carry no token")])
    async def live() -> dict[str, str]:
        ...
    """
    assert lines_against(check, source, path="services/chassis/service.py") == []


def test_public_without_a_reason_is_caught(lines_against: Ask) -> None:
    source = """
    @app.get("/health/live", dependencies=[public(" ")])
    async def live() -> None:
        ...
    """
    assert lines_against(check, source, path="services/chassis/service.py") == [1]


def test_a_public_route_in_a_service_with_people_in_it_is_caught(lines_against: Ask) -> None:
    source = """
    @router.get("/cases", dependencies=[public("it is easier")])
    async def list_cases() -> None:
        ...
    """
    assert lines_against(check, source, path=API) == [1]
    assert lines_against(check, source, path="services/operations/traces/api.py") == []


def test_decorators_that_are_no_routes_are_left_alone(lines_against: Ask) -> None:
    source = """
    @app.exception_handler(Problem)
    async def problem(request, error):
        ...

    @registry.get("cases")
    def cases():
        ...
    """
    assert lines_against(check, source, path="services/chassis/problems.py") == []
