package main

import (
	"fmt"
	"io"
	"reflect"
	"sort"
	"strings"
)

// writeTables writes the Rust file. Messages with equal fields are written once: most versions of a kind share most of
// their messages.
func writeTables(out io.Writer, kinds []kind) error {
	messages, err := findMessages(kinds)
	if err != nil {
		return err
	}
	classes := equalMessages(messages)
	numbers, representatives := numbered(messages, classes)
	names, offsets := joinNames(messages)

	var fields int
	for _, message := range representatives {
		fields += len(messages[message])
	}
	if fields > 1<<16-1 || len(names) > 1<<16-1 {
		return fmt.Errorf("the tables do not fit 16 bits")
	}
	fmt.Fprint(out, header)
	fmt.Fprintf(out, "pub(super) const MANAGED_FIELDS_ENTRY: u16 = %d;\n", numbers[classes[managedFieldsEntry]])
	fmt.Fprintf(out, "pub(super) const PARTIAL_OBJECT_METADATA: u16 = %d;\n\n", numbers[classes[partialObjectMetadata]])

	fmt.Fprintf(out, "pub(super) static KINDS: [(&str, &str, u16); %d] = [\n", len(kinds))
	for _, kind := range kinds {
		fmt.Fprintf(out, "    (%q, %q, %d),\n", kind.apiVersion, kind.name, numbers[classes[kind.goType]])
	}
	fmt.Fprintf(out, "];\n\npub(super) static STARTS: [u16; %d] = [", len(representatives)+1)
	start := 0
	for i, message := range representatives {
		if i%16 == 0 {
			fmt.Fprint(out, "\n   ")
		}
		fmt.Fprintf(out, " %d,", start)
		start += len(messages[message])
	}
	fmt.Fprintf(out, " %d,\n];\n\npub(super) static FIELDS: [Field; %d] = [\n", start, fields)
	for i, message := range representatives {
		fmt.Fprintf(out, "    // %d: %s\n", i, message)
		for _, field := range messages[message] {
			reference := 0
			if field.message != nil {
				reference = numbers[classes[field.message]]
			}
			fmt.Fprintf(out, "    F(%d, %s, %d, %d, %d, %d), // %s\n", field.number, field.value, field.flags,
				len(field.name), offsets[field.name], reference, field.name)
		}
	}
	fmt.Fprintf(out, "];\n\npub(super) static NAMES: &str = \"\\\n")
	for begin := 0; begin < len(names); begin += 110 {
		fmt.Fprintf(out, "%s\\\n", names[begin:min(begin+110, len(names))])
	}
	_, err = fmt.Fprint(out, "\";\n")
	return err
}

const header = `//! Facts about the messages of the built-in kinds, from their Go types. Generated: do not edit.
//!
//! Written by ` + "`go run ./protobuf-tables tables`" + ` in ` + "`tests/controlplane/go`" + `, whose ` + "`go.mod`" + ` selects the version.

use super::field::{
    Field, field as F,
    ValueType::{
        Bool, Bytes, Double, Int32, Int64, IntOrString, Message, MicroTime, Quantity, RawJson, SchemaOrBool,
        SchemaOrList, SchemaOrStrings, Strings, Text, Time,
    },
};

`

// equalMessages returns a class for each message. Messages of one class have equal fields, and so have the
// messages that they contain.
func equalMessages(messages map[reflect.Type][]field) map[reflect.Type]string {
	classes := map[reflect.Type]string{}
	for count := 0; ; {
		next, byText := map[reflect.Type]string{}, map[string]string{}
		for _, message := range sorted(messages) {
			var text strings.Builder
			for _, field := range messages[message] {
				fmt.Fprintf(&text, "%d %s %s %d %s;", field.number, field.name, field.value, field.flags,
					classes[field.message])
			}
			if _, ok := byText[text.String()]; !ok {
				byText[text.String()] = fmt.Sprint(len(byText))
			}
			next[message] = byText[text.String()]
		}
		classes = next
		if len(byText) == count {
			return classes
		}
		count = len(byText)
	}
}

// numbered returns a number for each class, and the first message of each.
func numbered(messages map[reflect.Type][]field, classes map[reflect.Type]string) (map[string]int, []reflect.Type) {
	numbers, first := map[string]int{}, []reflect.Type{}
	for _, message := range sorted(messages) {
		if _, ok := numbers[classes[message]]; !ok {
			numbers[classes[message]] = len(first)
			first = append(first, message)
		}
	}
	return numbers, first
}

// joinNames returns a text that contains all names, and where.
func joinNames(messages map[reflect.Type][]field) (string, map[string]int) {
	unique := map[string]bool{}
	for _, fields := range messages {
		for _, field := range fields {
			unique[field.name] = true
		}
	}
	names := make([]string, 0, len(unique))
	for name := range unique {
		names = append(names, name)
	}
	// Long names first: a short one is often a part of one.
	sort.Slice(names, func(i, j int) bool {
		if len(names[i]) != len(names[j]) {
			return len(names[i]) > len(names[j])
		}
		return names[i] < names[j]
	})
	var joined string
	for _, name := range names {
		if !strings.Contains(joined, name) {
			joined += name
		}
	}
	offsets := map[string]int{}
	for _, name := range names {
		offsets[name] = strings.Index(joined, name)
	}
	return joined, offsets
}

func sorted(messages map[reflect.Type][]field) []reflect.Type {
	types := make([]reflect.Type, 0, len(messages))
	for message := range messages {
		types = append(types, message)
	}
	path := func(message reflect.Type) string { return message.PkgPath() + "." + message.Name() }
	sort.Slice(types, func(i, j int) bool { return path(types[i]) < path(types[j]) })
	return types
}
