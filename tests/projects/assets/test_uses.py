"""Where an asset is used: in works and templates of its project."""

from tests.works.templates.shapes import image_overlay, template


def test_uses_name_works_and_templates(ana, ben, project, asset):
    asset_id = asset.rpartition("/")[2]
    assert ana.show(f"{asset}/uses") == {"works": [], "templates": [], "cast": []}
    ana.post(f"{project}/works", json={"name": "Unused"})
    brief = ana.post(
        f"{project}/works", json={"name": "Brief", "selectedAssetIds": [asset_id]}
    ).json
    cut = ana.post(f"{project}/works", json={"name": "Cut"}).json
    state = {"audioUrl": f"{asset}", "editorData": {"videoTrack": []}}
    assert ana.put(f"{project}/works/{cut['id']}", json={"editorState": state}).status_code == 200
    body = template(name="Logo", content={"imageOverlays": [image_overlay(assetId=asset_id)]})
    logo = ana.post(f"{project}/templates", json=body).json
    mina = ana.create(f"{project}/cast", {"name": "Mina", "kind": "person", "assetIds": [asset_id]})

    uses = ana.show(f"{asset}/uses")

    assert {(each["id"], each["name"]) for each in uses["works"]} == {
        (brief["id"], "Brief"),
        (cut["id"], "Cut"),
    }
    assert uses["templates"] == [{"id": logo["id"], "name": "Logo"}]
    assert uses["cast"] == [{"id": mina["id"], "name": "Mina"}]
    assert ben.get(f"{asset}/uses").status_code == 404
    assert ana.get(f"{asset}0/uses").status_code == 404
    assert ana.with_scopes("projects:read").get(f"{asset}/uses").status_code == 403
