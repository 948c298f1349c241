const sheet = document.createElement('link');
sheet.rel = 'stylesheet';
sheet.href = '/late.css';
document.head.append(sheet);
addEventListener('DOMContentLoaded', () => document.body.append(Object.assign(new Image(), { src: '/picture.svg' })));
