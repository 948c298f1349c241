document.title += " read";
