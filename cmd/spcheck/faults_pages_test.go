package main

import (
	"net/http"
	"strings"
)

// pageRows are damages to pages of Graph. Where one item is damaged, all others
// must still be there.
func pageRows() []faultRow {
	foreign := []string{"answer-not-from-entra", "unknown"}
	rows := []faultRow{
		{name: "page links to itself", front: linking(func(r *http.Request) any { return itself(r) }), causes: foreign},
		{name: "endless pages", front: linking(everNew()), causes: append(foreign, "connection-timeout"), harmless: true, unread: true},
		{name: "page links to a foreign host", front: linking(func(*http.Request) any { return "https://evil.invalid/v1.0/applications?$skiptoken=1" }), causes: foreign},
		{name: "page links to plain http", front: linking(func(r *http.Request) any { return strings.Replace(itself(r), "https", "http", 1) }), causes: foreign},
		{name: "page link is not a URL", front: linking(func(*http.Request) any { return "::no address" }), causes: foreign},
		{name: "link of a wrong type", front: linking(func(*http.Request) any { return map[string]any{"href": "x"} }), causes: foreign, harmless: true},
		{name: "link is null", front: linking(func(*http.Request) any { return nil }), harmless: true},
		{name: "items that are null or no objects", front: otherItems(nil, 7, "x", []any{}), harmless: true},
		{name: "items without a name or ID", front: otherItems(map[string]any{}, map[string]any{"id": nil, "appId": 7, "displayName": []any{}}), harmless: true},
		{name: "unknown fields", front: otherFields("strange", map[string]any{"a": []any{1, nil}}), harmless: true},
		{name: "credentials null", front: eachItem("Crane Log", func(o map[string]any) { o["passwordCredentials"] = nil }), harmless: true},
		{name: "credentials of a wrong type", front: eachItem("Crane Log", func(o map[string]any) { o["passwordCredentials"] = "none" }), harmless: true},
		{name: "identifier malformed in one item", front: eachItem("Crane Log", func(o map[string]any) { o["appId"] = "not-a-guid" }), harmless: true},
		{name: "identifier a number in one item", front: eachItem("Crane Log", func(o map[string]any) { o["appId"] = 12 }), harmless: true},
		{name: "date malformed in one item", front: eachItem("Crane Log", passwordsOf(func(c map[string]any) { c["endDateTime"] = "the day after" })), harmless: true},
		{name: "date a number in one item", front: eachItem("Crane Log", passwordsOf(func(c map[string]any) { c["endDateTime"] = 20270101 })), harmless: true},
		{name: "date null in one item", front: eachItem("Crane Log", passwordsOf(func(c map[string]any) { c["endDateTime"] = nil })), harmless: true},
		{name: "date in the year 1 in one item", front: eachItem("Crane Log", passwordsOf(func(c map[string]any) { c["endDateTime"] = "0001-01-01T00:00:00Z" })), harmless: true},
		{name: "date in the year 99999 in one item", front: eachItem("Crane Log", passwordsOf(func(c map[string]any) { c["endDateTime"] = "99999-12-31T23:59:59Z" })), harmless: true},
		{name: "flag of a wrong type in one item", front: eachItem("Crane Log", func(o map[string]any) { o["accountEnabled"] = "perhaps" }), harmless: true},
		{name: "fields twice", front: editing(isList, func(_ *http.Request, body []byte) []byte {
			return []byte(strings.ReplaceAll(string(body), `"displayName":"Crane Log"`, `"displayName":"Crane Log","displayName":"Crane Log"`))
		}), harmless: true},
		{name: "byte order mark", front: editing(isList, func(_ *http.Request, body []byte) []byte { return append([]byte("\xef\xbb\xbf"), body...) }), causes: foreign, harmless: true},
	}
	return atPlace(rows, atGraph)
}

// otherFields adds a field to every page and every item.
func otherFields(name string, value any) frontOptions {
	return editingJSON(isList, func(_ *http.Request, body map[string]any) {
		list, _ := body["value"].([]any)
		for _, i := range list {
			if o, ok := i.(map[string]any); ok {
				o[name] = value
			}
		}
		body[name] = value
	})
}
